import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { identify } from '../../../src/process/identity.ts';
import { until } from '../../support/until.ts';
import { bundle, python } from '../runs/support/bench.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'ann-tui-tied-'));
let tier = { file: '', remove: () => {} };
beforeAll(async () => {
  tier = await bundle('test/src/process/support/tier.ts');
});
afterAll(() => {
  tier.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** A process that starts this Python tied to itself. */
const start = (code: string) => {
  const child = spawn(process.execPath, [tier.file, python, '-c', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', chunk => {
    said += chunk;
  });
  const gone = once(child, 'close').then(([exit]) => ({ exit, said }));
  return { child, gone };
};

it('hands on what the command says, its exit code and its signal', async () => {
  expect(await start("print('hello'); raise SystemExit(7)").gone).toEqual({ exit: 7, said: 'hello\n' });
  expect((await start('import os; os.kill(os.getpid(), 9)').gone).said).toBe('SIGKILL\n');
  expect((await start('import os; os.kill(os.getpid(), 15)').gone).said).toBe('SIGTERM\n');
});

it('reads nothing of its own: the command has no stdin', async () => {
  expect((await start('import sys; print(repr(sys.stdin.read()))').gone).said).toBe("''\n");
});

/** The pids of the command, and of a child of its own. */
const pidsIn = (file: string): Promise<readonly number[]> =>
  until('the command to say who it is', () => {
    const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
    return text.endsWith('.') ? text.slice(0, -1).split(' ').map(Number) : undefined;
  });

it('ends the command when its starter is killed, politely first', async () => {
  const [pids, left] = ['pids', 'left'].map(name => path.join(folder, name)) as [string, string];
  const { child, gone } = start(`
import os, signal, sys, time
def leave(*_):
    open(${JSON.stringify(left)}, 'w').close()
    sys.exit(0)
signal.signal(signal.SIGTERM, leave)
with open(${JSON.stringify(pids)}, 'w') as f: f.write(f'{os.getpid()}.')
time.sleep(600)`);
  const [pid] = await pidsIn(pids);
  child.kill('SIGKILL');
  await gone;
  await until('the command to be gone', () => identify(pid as number) === undefined);
  expect(existsSync(left)).toBe(true);
});

it('ends one that would not leave, with what it started', async () => {
  const pids = path.join(folder, 'stubborn');
  const { child, gone } = start(`
import os, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
other = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])
with open(${JSON.stringify(pids)}, 'w') as f: f.write(f'{os.getpid()} {other.pid}.')
time.sleep(600)`);
  const both = await pidsIn(pids);
  child.kill('SIGKILL');
  await gone;
  for (const pid of both) await until(`${pid} to be gone`, () => identify(pid) === undefined);
});
