import { existsSync, statfsSync } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';

/** The nearest folder above that exists: where a folder would be made. */
export const existingAbove = (folder: string): string => (existsSync(folder) ? folder : existingAbove(path.dirname(folder)));

/** Bytes that this user may still write there; undefined when the system does not say. */
export const freeBytes = (folder: string): number | undefined => {
  try {
    const { bavail, bsize } = statfsSync(existingAbove(folder));
    return bavail * bsize;
  } catch {
    return undefined;
  }
};

/** Bytes of everything below; links count as themselves, and what cannot be read as nothing. */
export const bytesBelow = async (entry: string): Promise<number> => {
  const found = await lstat(entry).catch(() => undefined);
  if (found === undefined) return 0;
  if (!found.isDirectory()) return found.size;
  const names = await readdir(entry).catch(() => []);
  let sum = 0;
  for (const name of names) sum += await bytesBelow(path.join(entry, name));
  return sum;
};
