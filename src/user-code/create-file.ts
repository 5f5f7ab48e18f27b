/** A fresh file in a person's own folder. */
import { statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { UserError, usageError } from '../errors/errors.ts';

/** Returns its absolute path. Never writes over anything; `other`: the command that writes one by another name. Throws a usage error. */
export const createFile = (folder: string, file: string, text: string, other: string): string => {
  const target = path.resolve(folder);
  if (!statSync(target, { throwIfNoEntry: false })?.isDirectory()) {
    throw usageError(`${file} was not written`, `there is no folder ${target}`, `mkdir -p ${folder}`);
  }
  const full = path.join(target, file);
  try {
    // A person's own file in their own folder: with their own umask, not ours.
    writeFileSync(full, text, { flag: 'wx' });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'EEXIST') throw new UserError({ what: `${full} was not written`, why: message, kept: 'nothing was changed' });
    throw new UserError({ what: `${full} is there already`, why: 'nothing is written over', kept: 'the file as it is', hint: other }, 2);
  }
  return full;
};
