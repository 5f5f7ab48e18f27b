/** A real file system of a few megabytes, to be filled or made read-only; where none may be mounted, tests say so and are skipped. */
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmdirSync, rmSync, writeSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export type SmallDisk = {
  readonly folder: string;
  /** To the last byte, but for `left` of them. */
  fill(left?: number): void;
  /** Gives back what `fill` took. */
  empty(): void;
  readOnly(on: boolean): void;
  remove(): void;
};

const mount = (folder: string, options: string): void => {
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { stdio: 'ignore' });
};

export const createSmallDisk = (megabytes: number): SmallDisk => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'ann-tui-disk-'));
  mount(folder, `size=${megabytes}m,mode=0700`);
  const filler = path.join(folder, 'filler');
  return {
    folder,
    fill: (left = 0) => {
      const descriptor = openSync(filler, 'a');
      const block = Buffer.alloc(4096, 1);
      try {
        for (;;) writeSync(descriptor, block);
      } catch {
        // Full.
      } finally {
        closeSync(descriptor);
      }
      if (left > 0) execFileSync('truncate', ['-s', `-${left}`, filler]);
    },
    empty: () => rmSync(filler, { force: true }),
    readOnly: on => execFileSync('mount', ['-o', `remount,${on ? 'ro' : 'rw'}`, folder]),
    remove: () => {
      execFileSync('umount', ['-l', folder]);
      rmdirSync(folder);
    },
  };
};

const mayMount = (): boolean => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  try {
    createSmallDisk(1).remove();
    return true;
  } catch {
    return false;
  }
};

/** Whether small disks can be had here. */
export const smallDisks = mayMount();
if (!smallDisks)
  process.stderr.write(
    '! SKIPPED: what happens on a full or read-only disk, since no file system may be mounted here (needs root on Linux)\n',
  );
