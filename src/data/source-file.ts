/** What a person names as the source of a dataset, looked at before anything opens it: to open a pipe is to wait for its writer. */
import { type Stats, statSync } from 'node:fs';
import { usageError } from '../errors.ts';

const kindOf = (found: Stats): string | undefined => {
  if (found.isFIFO()) return 'a pipe';
  if (found.isSocket()) return 'a socket';
  return found.isCharacterDevice() || found.isBlockDevice() ? 'a device' : undefined;
};

/** Throws a usage error for what cannot be read twice. Whether it is there at all is told by whoever reads it. */
export const requireSourceFile = (option: string, file: string, dataset: string): void => {
  if (/^https?:\/\//.test(file)) return;
  const found = statSync(file, { throwIfNoEntry: false });
  const kind = found && kindOf(found);
  if (kind !== undefined)
    throw usageError(
      `--${option} ${file} cannot be read`,
      `it is ${kind}; vectors are read more than once`,
      `ann-tui sync ${dataset} --${option} FILE`,
    );
};
