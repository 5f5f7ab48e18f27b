import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { identify, isAlive, ownIdentity, parseStat, toIdentity } from '../../../src/process/identity.ts';

it('reads past a name that holds spaces and parentheses', () => {
  const stat = `12 (a) b) (c)) S ${Array.from({ length: 49 }, (_, index) => index + 4).join(' ')}\n`;
  expect(parseStat(stat)).toEqual({ state: 'S', start: '22' });
  expect(parseStat('')).toBeUndefined();
});

it('knows itself and tells a later process with the same pid', () => {
  const self = ownIdentity();
  expect(self.pid).toBe(process.pid);
  expect(isAlive(self)).toBe(true);
  expect(isAlive({ ...self, start: '1' })).toBe(false);
  expect(isAlive({ ...self, boot: 'another' })).toBe(false);
});

it('a process that ended is dead', async () => {
  const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)']);
  await once(child, 'spawn');
  const identity = identify(child.pid as number);
  if (identity === undefined) throw new Error('not found');
  expect(isAlive(identity)).toBe(true);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(isAlive(identity)).toBe(false);
});

it.runIf(process.platform === 'linux')('a zombie is dead', async () => {
  // The child ends when its parent is no shell any more, but a sleeper that waits for nobody.
  const child = spawn('sh', ['-c', 'sleep 0.5 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [chunk] = await once(child.stdout, 'data');
  const pid = Number(String(chunk));
  const deadline = Date.now() + 20_000;
  while (identify(pid) !== undefined && Date.now() < deadline) await new Promise(resolve => setTimeout(resolve, 10));
  expect(identify(pid)).toBeUndefined();
  expect(() => process.kill(pid, 0)).not.toThrow();
  child.kill('SIGKILL');
});

it('accepts no identity that could point at everybody', () => {
  for (const pid of [0, 1, -1, 1.5, '7', null]) expect(toIdentity({ pid, start: '1', boot: '' })).toBeUndefined();
  expect(toIdentity({ pid: 7, start: '1', boot: '' })).toEqual({ pid: 7, start: '1', boot: '' });
  expect(toIdentity(null)).toBeUndefined();
});
