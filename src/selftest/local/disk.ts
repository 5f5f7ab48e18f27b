/** The disk that runs lie on: room, speed of what a journal does, and what its locks are made of. */
import {
  appendFileSync,
  closeSync,
  fsyncSync,
  linkSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { makeFolder } from '../../process/files.ts';
import { acquireLock } from '../../process/lock.ts';
import { freeBytes } from '../../process/room.ts';
import { size } from '../../text/format.ts';
import { paths } from '../../util/paths.ts';
import { type Check, fail, ok, warn } from '../check.ts';
import type { Local } from './context.ts';

const enough = 5e9;
const least = 500e6;
const rounds = 20;
/** Milliseconds of a write, fsync and rename that a run does not notice. */
const slow = 100;

/** Does something in a folder beside the runs, which is gone afterwards. */
const beside = <T>(act: (folder: string) => T): T => {
  makeFolder(paths().runs);
  const folder = mkdtempSync(path.join(paths().data, 'selftest-'));
  try {
    return act(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const room: Check<Local> = {
  name: 'disk: room',
  assumes: '5 GB are free where runs and datasets lie; half a GB at the least',
  run: async () => {
    const free = freeBytes(paths().data);
    if (free === undefined) return warn('the system does not say');
    const facts = { free_bytes: free };
    if (free < least) return fail(`${size(free)} free`, facts);
    return free < enough ? warn(`${size(free)} free`, facts) : ok(`${size(free)} free`, facts);
  },
};

const safeWrite = (folder: string, number: number): number => {
  const [fresh, file] = [path.join(folder, 'new'), path.join(folder, 'file')];
  const begun = performance.now();
  const descriptor = openSync(fresh, 'w', 0o600);
  writeFileSync(descriptor, `${number}\n`);
  fsyncSync(descriptor);
  closeSync(descriptor);
  renameSync(fresh, file);
  const took = performance.now() - begun;
  if (readFileSync(file, 'utf8') !== `${number}\n`) throw new Error('a file that was renamed over another holds something else');
  return took;
};

const speed: Check<Local> = {
  name: 'disk: safe writes',
  assumes: 'a small file is written, synced and renamed over another one within 100 ms',
  run: async () => {
    const times = beside(folder => Array.from({ length: rounds }, (_, number) => safeWrite(folder, number)));
    const sorted = times.toSorted((a, b) => a - b);
    const [median, worst] = [sorted[rounds / 2] as number, sorted.at(-1) as number];
    const found = `${median.toFixed(1)} ms, ${worst.toFixed(1)} ms at worst of ${rounds}`;
    const facts = { median_ms: median, worst_ms: worst };
    return median > slow ? warn(found, facts) : ok(found, facts);
  },
};

const locks: Check<Local> = {
  name: 'disk: locks',
  assumes: 'of two takers of a lock one wins, hard and symbolic links work, and appended lines stay whole',
  run: async () =>
    beside(folder => {
      const lock = acquireLock(path.join(folder, 'owner'));
      if (!('lock' in lock)) return fail('a new lock is taken already');
      if (!('owner' in acquireLock(path.join(folder, 'owner')))) return fail('a lock was given twice');
      lock.lock.release();
      const [file, link, symbolic] = ['a', 'b', 'c'].map(name => path.join(folder, name)) as [string, string, string];
      for (const line of ['one\n', 'two\n']) appendFileSync(file, line, { mode: 0o600 });
      linkSync(file, link);
      symlinkSync(file, symbolic);
      const texts = [link, symbolic].map(one => readFileSync(one, 'utf8'));
      if (texts.some(text => text !== 'one\ntwo\n')) return fail('what was appended to a file is not what its links hold');
      const { nlink, mode } = statSync(file);
      if (nlink !== 2) return fail(`a file with two names counts ${nlink}`);
      if ((mode & 0o077) !== 0) return warn(`files of ours can be read by others here (mode ${(mode & 0o777).toString(8)})`);
      return ok('a lock has one owner; links, appends and modes hold');
    }),
};

export const diskChecks: readonly Check<Local>[] = [room, speed, locks];
