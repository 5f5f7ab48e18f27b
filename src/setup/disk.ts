import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';

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
