/** Folders full of bytes that nobody has seen before. */
import { createHash, randomFillSync } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, statSync, writeSync } from 'node:fs';
import path from 'node:path';

const block = 8 << 20;
const piece = 2 * block;

export const writeRandom = (file: string, bytes: number): void => {
  mkdirSync(path.dirname(file), { recursive: true });
  const out = openSync(file, 'w');
  const buffer = Buffer.allocUnsafe(Math.min(piece, Math.max(1, bytes)));
  for (let left = bytes; left > 0; ) {
    const part = buffer.subarray(0, Math.min(left, buffer.length));
    randomFillSync(part);
    // Volumes leave out zeros at the end of a block; here none ends with one, so that every byte counts.
    for (let end = block; end < part.length; end += block) part[end - 1] = 1;
    part[part.length - 1] = 1;
    left -= writeSync(out, part);
  }
  closeSync(out);
};

export type Tree = { readonly large: readonly number[]; readonly small: { readonly files: number; readonly bytes: number } };

/** `large` files at the top, `small` ones a hundred to a folder. Returns all bytes. */
export const writeTree = (folder: string, { large, small }: Tree): number => {
  for (const [index, bytes] of large.entries()) writeRandom(path.join(folder, `large-${index}.bin`), bytes);
  for (let index = 0; index < small.files; index++)
    writeRandom(path.join(folder, `many-${Math.floor(index / 100)}`, `${index}.bin`), small.bytes);
  return large.reduce((sum, bytes) => sum + bytes, 0) + small.files * small.bytes;
};

/** sha256 by path below the folder. */
export const hashesBelow = (folder: string, below = ''): ReadonlyMap<string, string> =>
  new Map(
    readdirSync(path.join(folder, below)).flatMap((name): (readonly [string, string])[] => {
      const relative = path.join(below, name);
      const file = path.join(folder, relative);
      if (statSync(file).isDirectory()) return [...hashesBelow(folder, relative)];
      return [[relative, createHash('sha256').update(readFileSync(file)).digest('hex')]];
    }),
  );
