/** Room on a disk: how much there is, and a little kept for a last word. */
import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import path from 'node:path';
import { fileMode } from './file-modes.ts';

/** The nearest folder above that exists: where a folder would be made. */
export const existingAbove = (folder: string): string => {
  const above = path.dirname(folder);
  return existsSync(folder) || above === folder ? folder : existingAbove(above);
};

/** Bytes that this user may still write there; undefined when the system does not say. */
export const freeBytes = (folder: string): number | undefined => {
  try {
    const { bavail, bsize } = statfsSync(existingAbove(folder));
    return bavail * bsize;
  } catch {
    return undefined;
  }
};

/** Whether a write failed because there is no room for it. */
export const isFull = (error: unknown): boolean => ['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException)?.code ?? '');

export type Reserve = { letGo(): void };

/** What the few lines at the end of a run take, many times over. */
const reserved = 64 << 10;

/**
 * Keeps a little room in `folder` until it is let go of, or this process ends: a file that has no name any more. Undefined where there is none
 * to be had.
 */
export const reserveRoom = (folder: string): Reserve | undefined => {
  const file = path.join(folder, `.reserve-${process.pid}-${randomBytes(4).toString('hex')}`);
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, 'wx', fileMode);
    for (let written = 0; written < reserved; ) written += writeSync(descriptor, randomBytes(reserved - written));
  } catch {
    if (descriptor !== undefined) closeSync(descriptor);
    descriptor = undefined;
  }
  rmSync(file, { force: true });
  if (descriptor === undefined) return undefined;
  let held: number | undefined = descriptor;
  return {
    letGo: () => {
      if (held !== undefined) closeSync(held);
      held = undefined;
    },
  };
};
