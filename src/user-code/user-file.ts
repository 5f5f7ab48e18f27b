/** A person's own source: one file each. From a word or a path to a file that a run can be planned with. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { usageError } from '../errors/errors.ts';
import type { SourceRef } from './source-ref.ts';

/** A file as it is now. */
export type OwnFile = SourceRef & {
  /** "mine", of mine.cpp. */
  readonly name: string;
};

/** What a workload takes from a person as one file. */
export type FileKind = {
  /** "model" */
  readonly noun: string;
  /** "a model" */
  readonly one: string;
  /** "a model is one Python file" */
  readonly says: string;
  readonly suffixes: readonly string[];
  /** The command that writes a fresh one called `name`. */
  readonly fresh: (name: string) => string;
  /** The command that uses this file. */
  readonly use: (file: string) => string;
};

/** One file for a person to write by hand; what is larger is no source. */
const mostBytes = 4_000_000;

const nameForm = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,79}$/;

/** As a person would type it from `folder`: "./mine.cpp", or the whole path when it is elsewhere. */
export const shownFrom = (folder: string, file: string): string => {
  const relative = path.relative(folder, file);
  return relative.startsWith('..') || path.isAbsolute(relative) ? file : `./${relative}`;
};

export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

export const hasSuffix = ({ suffixes }: Pick<FileKind, 'suffixes'>, file: string): boolean => suffixes.includes(path.extname(file));

/** "./mine.cpp" and "mine.py" name a file; "mine" may be anything. */
export const looksLikeFile = (kind: Pick<FileKind, 'suffixes'>, word: string): boolean => word.includes('/') || hasSuffix(kind, word);

/** The files that `mine` may stand for in a folder. */
export const candidates = ({ suffixes }: Pick<FileKind, 'suffixes'>, word: string, folder: string): readonly string[] =>
  nameForm.test(word) ? suffixes.map(suffix => path.join(folder, word + suffix)).filter(file => existsSync(file)) : [];

const readBytes = ({ says, fresh }: FileKind, file: string, shown: string): Uint8Array => {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat === undefined) {
    const name = path.basename(file, path.extname(file));
    throw usageError(`There is no file ${shown}`, `it would be ${file}`, fresh(/^[A-Za-z]\w*$/.test(name) ? name : 'mine'));
  }
  if (!stat.isFile()) throw usageError(`${shown} is no file`, says, fresh('mine'));
  if (stat.size > mostBytes) throw usageError(`${shown} is too large`, `a source file has at most ${mostBytes / 1e6} MB`, fresh('mine'));
  try {
    return readFileSync(file);
  } catch (error) {
    throw usageError(`${shown} cannot be read`, (error as Error).message, fresh('mine'));
  }
};

/** Reads the file; throws a usage error that says what would be right. `shown`: as the person called it. */
export const readOwn = (kind: FileKind, file: string, shown: string = file): OwnFile => {
  const suffix = path.extname(file);
  if (!hasSuffix(kind, file)) {
    throw usageError(`${shown} is no ${kind.noun}`, `its name must end in ${kind.suffixes.join(', ')}`, kind.fresh('mine'));
  }
  const name = path.basename(file, suffix);
  if (!nameForm.test(name) || name.includes('..')) {
    const what = `${shown} cannot be the name of ${kind.one}'s file`;
    throw usageError(what, 'it is letters (A to Z), digits, "_", "-" and ".", at most 80', kind.fresh('mine'));
  }
  return { name, file: path.basename(file), sha256: sha256Of(readBytes(kind, file, shown)), from: file };
};

/** The file that a word stands for, read; undefined when it stands for none. */
export const resolveOwn = (kind: FileKind, word: string, folder: string): OwnFile | undefined => {
  if (looksLikeFile(kind, word)) return readOwn(kind, path.resolve(folder, word), word);
  const [file, other] = candidates(kind, word, folder);
  if (file === undefined) return undefined;
  if (other !== undefined) {
    const why = `there are ${path.basename(file)} and ${path.basename(other)} here`;
    throw usageError(`"${word}" may be two files`, why, kind.use(`./${path.basename(file)}`));
  }
  return readOwn(kind, file, shownFrom(folder, file));
};
