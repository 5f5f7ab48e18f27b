/**
 * One owner at a time, among processes that may be killed at any moment.
 *
 * A lock is a folder of numbered owner files; the highest number owns it, if that process lives. A file appears complete or not at
 * all (link), so of several takers of one number exactly one wins. The highest file is never removed, not even on release: numbers
 * must not start again, or a taker that was delayed for long could win an old number beside a living owner.
 */
import { linkSync, mkdirSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileMode, folderMode, readJson, temporaryBeside, writeJsonAtomic } from './files.ts';
import { type Identity, isAlive, ownIdentity, toIdentity } from './identity.ts';

export type Lock = {
  /** An earlier owner was found dead with the lock in its hands. */
  readonly inherited: boolean;
  release(): void;
};

export type Acquired = { readonly lock: Lock } | { readonly owner: Identity };

const numbersIn = (names: readonly string[]): readonly number[] => names.filter(name => /^\d+$/.test(name)).map(Number);

const list = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
};

const highest = (folder: string): number => Math.max(0, ...numbersIn(list(folder)));

/** Who holds number `n`; undefined when it was released. */
const holder = (folder: string, n: number): Identity | undefined =>
  n === 0 ? undefined : toIdentity(readJson(path.join(folder, String(n))));

/** The living owner; undefined when the lock is free. */
export const lockOwner = (folder: string): Identity | undefined => {
  const owner = holder(folder, highest(folder));
  return owner !== undefined && isAlive(owner) ? owner : undefined;
};

/** True when this process made the file `n`. */
const claim = (folder: string, n: number, self: Identity): boolean => {
  const file = path.join(folder, String(n));
  const temporary = temporaryBeside(file);
  try {
    writeFileSync(temporary, JSON.stringify(self), { mode: fileMode });
    linkSync(temporary, file);
    return true;
  } catch (error) {
    // EEXIST: another was faster. ENOENT: a winner swept our temporary file away.
    if (['EEXIST', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
};

const sweep = (folder: string, own: number): void => {
  for (const name of list(folder)) {
    if (name.endsWith('.tmp') || (/^\d+$/.test(name) && Number(name) < own)) rmSync(path.join(folder, name), { force: true });
  }
};

/** Makes the lock's folder, but not the one above: a lock must not bring back what was removed. */
const makeLockFolder = (folder: string): void => {
  try {
    mkdirSync(folder, { mode: folderMode });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
};

/** Never throws: who cannot say that it leaves (a full disk, a folder that is gone) is found dead later. */
const letGo = (file: string): void => {
  try {
    writeJsonAtomic(file, { released: true });
  } catch {
    try {
      // Takes no room, and an empty file names no owner.
      truncateSync(file);
    } catch {
      // Gone with its folder.
    }
  }
};

/**
 * Takes the lock, or tells who holds it. Never waits. Not re-entrant: asked twice, a process is told of itself.
 * The folder is made when needed; the one above it must exist. Throws what the file system throws.
 */
export const acquireLock = (folder: string): Acquired => {
  const self = ownIdentity();
  for (;;) {
    makeLockFolder(folder);
    const last = highest(folder);
    const owner = holder(folder, last);
    if (owner !== undefined && isAlive(owner)) return { owner };
    const own = last + 1;
    if (!claim(folder, own, self)) continue;
    const file = path.join(folder, String(own));
    if (highest(folder) > own) {
      // We were slow: others took and swept numbers in between.
      rmSync(file, { force: true });
      continue;
    }
    sweep(folder, own);
    return { lock: { inherited: owner !== undefined, release: () => letGo(file) } };
  }
};
