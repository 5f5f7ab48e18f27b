/** Whether a checkpoint's files are those that its card was written for: found out here, it costs nothing; found out at Modal, it costs a container. */
import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import path from 'node:path';
import { usageError } from '../../errors/errors.ts';
import { hashInto } from '../../process/file-sum.ts';
import { shownPath } from '../../util/paths.ts';
import type { Card } from './card.ts';

type Known = { readonly bytes: number; readonly changed: number; readonly sha256: string };

/** A wizard plans with every key: a file that stays as it is, is read once. */
const known = new Map<string, Known>();

const sumOf = (file: string): string => {
  const stat = statSync(file, { throwIfNoEntry: false });
  // What is no file of the disk, as a pipe, may never end.
  if (!stat?.isFile()) throw new Error(`${path.basename(file)} is ${stat === undefined ? 'not there' : 'no file'}`);
  const { size, mtimeMs } = stat;
  const before = known.get(file);
  if (before?.bytes === size && before.changed === mtimeMs) return before.sha256;
  const hash = createHash('sha256');
  hashInto(hash, file);
  const sha256 = hash.digest('hex');
  known.set(file, { bytes: size, changed: mtimeMs, sha256 });
  return sha256;
};

/** Throws a usage error for the first file that is missing, or another one; `help`: of the command that was to use it. */
export const requireSound = (folder: string, { files }: Pick<Card, 'files'>, help: string): void => {
  const refused = (why: string) => usageError(`${shownPath(folder)} is no checkpoint that can be used`, why, help);
  for (const [name, wanted] of Object.entries(files)) {
    let found: string;
    try {
      found = sumOf(path.join(folder, name));
    } catch (error) {
      throw refused((error as Error).message);
    }
    if (found !== wanted) throw refused(`${name} is not the file that its card was written for: damaged, or another one’s`);
  }
};
