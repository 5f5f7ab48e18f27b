import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { type Identity, identify, toIdentity } from '../../../src/process/identity.ts';
import { createLocalTarget } from '../../../src/targets/local/local.ts';
import { readExit } from '../../../src/targets/wrapper/attempt.ts';
import { packageRoot } from '../../../src/util/paths.ts';
import { jobPython } from '../../support/job-python.ts';
import { until } from '../../support/until.ts';
import { python } from '../runs/support/bench.ts';

const wrapper = path.join(packageRoot, 'modal/job_wrapper.py');
const root = mkdtempSync(path.join(tmpdir(), 'ann-tui-test-'));
afterAll(() => rmSync(root, { recursive: true, force: true, maxRetries: 5 }));

const target = createLocalTarget({ pythonOf: jobPython(python) });
let run = '';
let job = '';

beforeEach(() => {
  run = mkdtempSync(path.join(root, 'run-'));
  job = path.join(run, 'job');
  mkdirSync(job);
});

const wrap = (code: string, attempt = 1): ChildProcess =>
  spawn(python, ['-I', wrapper, job, String(attempt), python, '-c', code], { detached: true, stdio: 'ignore' });

const claimed = (attempt = 1): Promise<Identity> =>
  until('the wrapper to say who it is', () => {
    try {
      return toIdentity(JSON.parse(readFileSync(path.join(job, `wrapper-${attempt}.json`), 'utf8')));
    } catch {
      return undefined;
    }
  });

const exit = (attempt = 1) => until('the exit to be written', () => readExit(job, attempt));

const written = (name: string) => until(`${name} to be written`, () => readdirSync(job).includes(name));

const ready = "open('ready', 'w').close(); ";

describe('what a wrapper leaves', () => {
  it('is the exit code, and when', async () => {
    wrap('raise SystemExit(3)');
    const { code, signal, at } = await exit();
    expect({ code, signal }).toEqual({ code: 3, signal: null });
    expect(Math.abs((at ?? 0) - Date.now())).toBeLessThan(100_000);
    expect(statSync(path.join(job, 'exit-1.json')).mode & 0o777).toBe(0o600);
    expect(readdirSync(job).toSorted()).toEqual(['exit-1.json', 'wrapper-1.json']);
  });

  it('is the signal', async () => {
    wrap('import os; os.kill(os.getpid(), 11)');
    expect(await exit()).toMatchObject({ code: null, signal: 11 });
  });

  it('is its own identity, as this program reads it', async () => {
    const child = wrap('import time; time.sleep(60)');
    const identity = await claimed();
    expect(identity).toEqual(identify(child.pid as number));
    await target.stop(identity, true);
  });

  it('is 127 for a command that is not there', async () => {
    spawn(python, ['-I', wrapper, job, '1', '/nowhere/python'], { detached: true, stdio: 'ignore' });
    expect(await exit()).toMatchObject({ code: 127 });
  });
});

describe('one attempt', () => {
  it('is run by one wrapper, whichever is first', async () => {
    const count = "open('starts', 'a').write('x'); import time; time.sleep(0.3)";
    const all = Array.from({ length: 5 }, () => wrap(count));
    await Promise.all(all.map(child => once(child, 'exit')));
    expect(readFileSync(path.join(job, 'starts'), 'utf8')).toBe('x');
    expect(readdirSync(job).toSorted()).toEqual(['exit-1.json', 'starts', 'wrapper-1.json']);
    wrap(count, 2);
    await exit(2);
    expect(readFileSync(path.join(job, 'starts'), 'utf8')).toBe('xx');
  });
});

describe('signals', () => {
  it('polite ones to the group reach the job, and the wrapper tells of it', async () => {
    wrap(`${ready}import time; time.sleep(60)`);
    const identity = await claimed();
    await written('ready');
    await target.stop(identity, false);
    expect(await exit()).toMatchObject({ code: null, signal: 15 });
    expect(await target.status(run, 1, identity)).toMatchObject({ state: 'exited', signal: 15 });
  });

  it('are not missed by a job that is just starting', async () => {
    for (let round = 0; round < 10; round += 1) {
      const attempt = round + 1;
      wrap('import time; time.sleep(60)', attempt);
      await target.stop(await claimed(attempt), false);
      const { code, signal } = await exit(attempt);
      // Python turns a very early one into an exit of its own now and then.
      expect(code ?? signal).not.toBe(0);
    }
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('%s to the wrapper alone changes nothing', async name => {
    const child = wrap(`${ready}import time; time.sleep(0.3); raise SystemExit(5)`);
    await written('ready');
    process.kill(child.pid as number, name);
    expect(await exit()).toMatchObject({ code: 5 });
  });

  it('kill -9 to the group is told as lost', async () => {
    wrap(`${ready}import time; time.sleep(60)`);
    const identity = await claimed();
    await written('ready');
    expect(await target.status(run, 1, identity)).toEqual({ state: 'running' });
    await target.stop(identity, true);
    await until('the wrapper to be gone', () => identify(identity.pid) === undefined);
    expect(await target.status(run, 1, identity)).toEqual({ state: 'lost' });
    await target.stop(identity, true);
  });

  it.runIf(process.platform === 'linux')('kill -9 to the wrapper takes the job along', async () => {
    const child = wrap("import os, time; open('pid', 'w').write(str(os.getpid()) + ' '); time.sleep(60)");
    const pid = await until('the pid', () => {
      const text = readdirSync(job).includes('pid') ? readFileSync(path.join(job, 'pid'), 'utf8') : '';
      return text.endsWith(' ') && Number(text);
    });
    process.kill(child.pid as number, 'SIGKILL');
    await until('the job to be gone', () => identify(pid) === undefined);
    expect(await target.status(run, 1, await claimed())).toMatchObject({ state: 'lost' });
  });

  it('never go to another process that got the pid', async () => {
    const orphan = spawn(python, ['-c', 'import time; time.sleep(60)'], { detached: true, stdio: 'ignore' });
    await once(orphan, 'spawn');
    const identity = identify(orphan.pid as number) as Identity;
    await target.stop({ ...identity, start: '1' }, true);
    await target.stop({ ...identity, boot: 'another' }, true);
    await new Promise(resolve => setTimeout(resolve, 50));
    expect(identify(identity.pid)).toEqual(identity);
    orphan.kill('SIGKILL');
  });
});

describe('a job', () => {
  it('outlives who started it, and its terminal', async () => {
    // A shell that starts the wrapper and is killed with its own group.
    const parent = spawn(
      process.execPath,
      [
        '-e',
        `require('node:child_process').spawn(${JSON.stringify(python)}, ${JSON.stringify(['-I', wrapper, job, '1', python, '-c', `${ready}import time; time.sleep(3); raise SystemExit(3)`])}, { detached: true, stdio: 'ignore' }); setTimeout(() => {}, 60000)`,
      ],
      { detached: true, stdio: 'ignore' },
    );
    await written('ready');
    process.kill(-(parent.pid as number), 'SIGKILL');
    await once(parent, 'exit');
    expect(readExit(job, 1)).toBeUndefined();
    expect(await exit()).toMatchObject({ code: 3 });
  });

  it('cannot fill the disk with one file, and leaves no core', async () => {
    wrap(
      "import resource, json; open('limits', 'w').write(json.dumps([resource.getrlimit(resource.RLIMIT_FSIZE)[0], resource.getrlimit(resource.RLIMIT_CORE)[0]]))",
    );
    await exit();
    const [size, core] = JSON.parse(readFileSync(path.join(job, 'limits'), 'utf8'));
    expect(size).toBeGreaterThan(0);
    expect(size).toBeLessThanOrEqual(16 * 2 ** 30);
    expect(core).toBe(0);
  });
});
