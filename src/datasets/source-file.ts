/** What a person names as the source of a dataset, looked at before anything opens it: to open a pipe is to wait for its writer. */
import { type Stats, statSync } from 'node:fs';
import path from 'node:path';
import { usageError } from '../errors/errors.ts';

const kindOf = (found: Stats): string | undefined => {
  if (found.isFIFO()) return 'a pipe';
  if (found.isSocket()) return 'a socket';
  return found.isCharacterDevice() || found.isBlockDevice() ? 'a device' : undefined;
};

/** Whether what is named by `--from` is fetched. */
export const isAddress = (from: string): boolean => /^https?:\/\//.test(from);

/** Throws a usage error for what is not there, or cannot be read twice. */
export const requireSourceFile = (option: string, file: string): void => {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined) throw usageError(`There is no file ${file}`, `it would be ${path.resolve(file)}`, 'ann-tui sync --help');
  const kind = kindOf(found);
  if (kind !== undefined)
    throw usageError(`--${option} ${file} cannot be read`, `it is ${kind}; vectors are read more than once`, 'ann-tui sync --help');
};
