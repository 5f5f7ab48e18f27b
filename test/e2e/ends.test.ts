/** Readers that leave, starters that are killed, sources that never end: work goes on or ends, and nothing hangs. */
import { execFileSync, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { identify } from '../../src/process/identity.ts';
import { until } from '../support/until.ts';
import { bundle, Home } from './program.ts';

let home: Home;
beforeAll(() => {
  home = new Home();
});
afterAll(() => home.close());

/** A shell's pipeline; exit codes of both ends, and what came out. */
const pipeline = (line: string) => {
  try {
    const out = execFileSync('bash', ['-c', `set -o pipefail; ${line}`], {
      env: { ...process.env, ...home.env, PROGRAM: bundle, NODE: process.execPath, NODE_ENV: undefined },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return { code: 0, out, err: '' };
  } catch (error) {
    const { status, stdout, stderr } = error as { status: number; stdout: string; stderr: string };
    return { code: status, out: stdout, err: stderr };
  }
};

describe('a reader that leaves', () => {
  it('does not keep the run from being started, measured and kept', async () => {
    expect(pipeline('"$NODE" "$PROGRAM" bench --impl naive | head -1')).toEqual({
      code: 0,
      out: expect.stringMatching(/^naive on quick .*\n$/),
      err: '',
    });
    const [run = ''] = home.runs();
    expect(run).not.toBe('');
    await home.ended(run);
    const { stdout } = await home.run(['runs', '--json', '--local']);
    expect(JSON.parse(stdout)).toMatchObject({ run, outcome: 'done' });
    // And one that leaves before the first word, on both streams.
    expect(pipeline('"$NODE" "$PROGRAM" bench --impl naive 2>&1 | true')).toMatchObject({ code: 0, out: '' });
    expect(home.runs()).toHaveLength(2);
  });

  it('ends what does nothing but tell', () => {
    const [run = ''] = home.runs();
    writeFileSync(path.join(home.folder, 'data/runs', run, 'job/log'), 'a line\n'.repeat(400_000));
    expect(pipeline(`"$NODE" "$PROGRAM" logs ${run} -f | head -1`)).toEqual({ code: 0, out: 'a line\n', err: '' });
  });
});

/** A file of `rows` random rows as numpy writes them. */
const npy = (file: string, rows: number, dim: number): void => {
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows}, ${dim}), }`.padEnd(117);
  const start = Buffer.concat([Buffer.from('\x93NUMPY\x01\x00', 'latin1'), Buffer.from([118, 0]), Buffer.from(`${header}\n`)]);
  const values = new Float32Array(rows * dim);
  for (let at = 0; at < values.length; at += 1) values[at] = Math.random();
  writeFileSync(file, Buffer.concat([start, Buffer.from(values.buffer)]));
};

describe('a sync', () => {
  it('that is killed takes its Python along, and the next one waits for nobody', async () => {
    const file = path.join(home.folder, 'rows.npy');
    npy(file, 40_000, 64);
    const args = ['sync', 'mine', '--from', file, '--distance', 'euclidean', '--json'];
    const child = spawn(process.execPath, [bundle, ...args], {
      env: { ...process.env, ...home.env, NODE_ENV: undefined },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let said = '';
    child.stdout.on('data', chunk => {
      said += chunk;
    });
    const pid = await until('the child to be at work', () => {
      const started = /\{[^\n]*"type":"started"[^\n]*\}\n/.exec(said);
      return started !== null && said.includes('"type":"progress"') ? (JSON.parse(started[0]) as { pid: number }).pid : undefined;
    });
    expect(identify(pid)).toBeDefined();
    child.kill('SIGKILL');
    await until('the child to be gone', () => identify(pid) === undefined);
    const again = await home.run(args);
    expect(again.exitCode).toBe(0);
    expect(again.stdout).not.toContain('waiting');
    expect(again.stdout).toContain('"state":"verified"');
  });

  it.each(['--from', '--queries'])('refuses a pipe as %s at once', async option => {
    const [pipe, file] = ['pipe.npy', 'some.npy'].map(name => path.join(home.folder, `${option.slice(2)}-${name}`)) as [string, string];
    execFileSync('mkfifo', [pipe]);
    npy(file, 20, 4);
    const source = option === '--from' ? ['--from', pipe] : ['--from', file, '--queries', pipe];
    const { exitCode, stderr } = await home.run(['sync', 'piped', ...source]);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/it is a pipe; vectors are read more than once/);
    expect(stderr).toMatch(/next: ann-tui sync --help/);
  });
});
