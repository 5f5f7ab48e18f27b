import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ownIdentity } from '../../../src/process/identity.ts';
import { acquireLock, lockOwner } from '../../../src/process/lock.ts';
import { bundle } from '../runs/support/bench.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'ann-tui-test-'));
let racer = { file: '', remove: () => {} };

beforeAll(async () => {
  racer = await bundle('test/src/process/support/racer.ts');
});

afterAll(() => {
  racer.remove();
  rmSync(folder, { recursive: true, force: true });
});

it('has one owner until it is released', () => {
  const lock = path.join(folder, 'one');
  expect(lockOwner(lock)).toBeUndefined();
  const first = acquireLock(lock);
  if (!('lock' in first)) throw new Error('not free');
  expect(first.lock.inherited).toBe(false);
  expect(lockOwner(lock)).toEqual(ownIdentity());
  expect(acquireLock(lock)).toEqual({ owner: ownIdentity() });
  first.lock.release();
  expect(lockOwner(lock)).toBeUndefined();
  const second = acquireLock(lock);
  if (!('lock' in second)) throw new Error('not free');
  expect(second.lock.inherited).toBe(false);
  // Numbers go on: a taker that was delayed must not win an old one.
  expect(readdirSync(lock)).toEqual(['2']);
});

it('passes on from an owner that is dead, or another process by now', () => {
  const lock = path.join(folder, 'two');
  const first = acquireLock(lock);
  if (!('lock' in first)) throw new Error('not free');
  writeFileSync(path.join(lock, '1'), JSON.stringify({ ...ownIdentity(), start: '1' }));
  writeFileSync(path.join(lock, '1.77-abcd.tmp'), 'half');
  const second = acquireLock(lock);
  expect('lock' in second && second.lock.inherited).toBe(true);
  expect(readdirSync(lock)).toEqual(['2']);
});

it('does not bring back a folder that was removed', () => {
  expect(() => acquireLock(path.join(folder, 'gone', 'lock'))).toThrow(/ENOENT/);
});

it('never has two owners, with racers that are killed at any moment', async () => {
  const racers = new Set<ChildProcess>();
  const start = async () => {
    const child = spawn(process.execPath, [racer.file, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
    racers.add(child);
    await once(child.stdout, 'data');
    return child;
  };
  const end = async (child: ChildProcess) => {
    racers.delete(child);
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  try {
    await Promise.all(Array.from({ length: 5 }, start));
    for (let round = 0; round < 25; round += 1) {
      await sleep(Math.random() * 60);
      const victim = [...racers][round % racers.size] as ChildProcess;
      await Promise.all([end(victim), start()]);
    }
  } finally {
    await Promise.all([...racers].map(end));
  }
  const owners = readFileSync(path.join(folder, 'log'), 'utf8').trim().split('\n');
  expect(owners.filter(line => line.includes('two'))).toEqual([]);
  expect(owners.length).toBeGreaterThan(100);
  expect(new Set(owners).size).toBeGreaterThan(5);
});
