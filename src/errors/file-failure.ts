/** Errors of the file system in words: which file, what is wrong with it, what helps. */

import { existingAbove, freeBytes } from '../process/room.ts';
import { size } from '../text/format.ts';
import type { Failure } from './failure.ts';

const elsewhere = 'ANN_TUI_HOME=DIR in front of a command puts everything below another folder';

const fullWords = (quota: boolean, file: string | undefined): Failure => {
  const free = file === undefined ? undefined : freeBytes(file);
  const where = file === undefined ? '' : `${file}: `;
  const left = free === undefined || file === undefined ? '' : `; ${size(free)} are free in ${existingAbove(file)}`;
  return {
    what: quota ? 'The disk quota is used up' : 'The disk is full',
    why: `${where}there is no room to write${left}`,
    kept: 'what was written before is as it was',
    hint: 'ann-tui runs prune',
  };
};

const causes: Readonly<Record<string, string>> = {
  EACCES: 'permission is denied',
  EPERM: 'the system does not permit it',
  EROFS: 'its file system is read-only',
  ENOTDIR: 'something on the way to it is a file, not a folder',
  EISDIR: 'it is a folder, not a file',
  ENAMETOOLONG: 'its name is too long',
  ELOOP: 'its links lead round in a circle',
  EIO: 'the disk does not answer',
  EMFILE: 'this process has too many files open (ulimit -n)',
  ENFILE: 'this machine has too many files open',
};

/** Undefined for an error that is none of the file system's. */
export const fileFailure = (error: unknown): Failure | undefined => {
  const { code = '', path: file, syscall } = (error ?? {}) as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') return fullWords(code === 'EDQUOT', file);
  const cause = Object.hasOwn(causes, code) ? causes[code] : undefined;
  if (cause === undefined || syscall === undefined || /spawn|connect|listen|bind|kill/.test(syscall)) return undefined;
  return {
    what: `${file ?? 'A file'} cannot be used`,
    why: `${cause} (${code}, ${syscall})`,
    kept: `nothing was changed; ${elsewhere}`,
    hint: 'ann-tui info',
  };
};

/** Notes which file an error is about, where the system's own word does not say. */
export const about = (file: string, error: unknown): unknown => {
  const named = error as NodeJS.ErrnoException;
  if (typeof named?.code === 'string') named.path ??= file;
  return error;
};
