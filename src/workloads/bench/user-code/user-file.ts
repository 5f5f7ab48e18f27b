/** Implementations of a person's own: one C++ or Python file each. From a word or a path to a file that a run can be planned with. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { usageError } from '../../../errors/errors.ts';

/** What annbench takes as an implementation's file. */
export const suffixes = ['.cpp', '.cc', '.cxx', '.py'] as const;

/** A file as it is now; `sha256` is of its contents. */
export type OwnFile = {
  /** "mine", of mine.cpp. */
  readonly name: string;
  /** "mine.cpp" */
  readonly file: string;
  readonly sha256: string;
  /** Its absolute path. */
  readonly from: string;
};

/** One file for a person to write by hand; what is larger is no source. */
const mostBytes = 4_000_000;

const nameForm = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,79}$/;

export const hasSuffix = (file: string): boolean => (suffixes as readonly string[]).includes(path.extname(file));

/** "./mine.cpp" and "mine.py" name a file; "mine" may be anything. */
export const looksLikeFile = (word: string): boolean => word.includes('/') || hasSuffix(word);

/** As a person would type it from `folder`: "./mine.cpp", or the whole path when it is elsewhere. */
export const shownFrom = (folder: string, file: string): string => {
  const relative = path.relative(folder, file);
  return relative.startsWith('..') || path.isAbsolute(relative) ? file : `./${relative}`;
};

export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** The files that `mine` may stand for in a folder. */
export const candidates = (word: string, folder: string): readonly string[] =>
  nameForm.test(word) ? suffixes.map(suffix => path.join(folder, word + suffix)).filter(file => existsSync(file)) : [];

const readBytes = (file: string, shown: string): Uint8Array => {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat === undefined) {
    const name = path.basename(file, path.extname(file));
    throw usageError(`There is no file ${shown}`, `it would be ${file}`, `ann-tui new ${/^[A-Za-z]\w*$/.test(name) ? name : 'mine'}`);
  }
  if (!stat.isFile()) throw usageError(`${shown} is no file`, 'an implementation is one C++ or Python file', 'ann-tui new mine');
  if (stat.size > mostBytes) throw usageError(`${shown} is too large`, `a source file has at most ${mostBytes / 1e6} MB`);
  try {
    return readFileSync(file);
  } catch (error) {
    throw usageError(`${shown} cannot be read`, (error as Error).message);
  }
};

/** Reads the file; throws a usage error that says what would be right. `shown`: as the person called it. */
export const readOwn = (file: string, shown: string = file): OwnFile => {
  const suffix = path.extname(file);
  if (!hasSuffix(file))
    throw usageError(`${shown} is no implementation`, `its name must end in ${suffixes.join(', ')}`, 'ann-tui new mine');
  const name = path.basename(file, suffix);
  if (!nameForm.test(name) || name.includes('..')) {
    throw usageError(
      `${shown} cannot be the name of an implementation's file`,
      'it is letters, digits, "_", "-" and "."',
      'ann-tui new mine',
    );
  }
  return { name, file: path.basename(file), sha256: sha256Of(readBytes(file, shown)), from: file };
};

/** The file that a word stands for, read; undefined when it stands for none. */
export const resolveOwn = (word: string, folder: string = process.cwd()): OwnFile | undefined => {
  if (looksLikeFile(word)) return readOwn(path.resolve(folder, word), word);
  const [file, other] = candidates(word, folder);
  if (file === undefined) return undefined;
  if (other !== undefined) {
    throw usageError(
      `"${word}" may be two files`,
      `there are ${path.basename(file)} and ${path.basename(other)} here`,
      `ann-tui bench --impl ./${path.basename(file)}`,
    );
  }
  return readOwn(file, shownFrom(folder, file));
};
