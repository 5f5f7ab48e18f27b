/** The folder that `results --get` fills: it says whose files it has, so that the same command goes on in it and writes over nothing else. */
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { UserError, usageError } from '../../errors/errors.ts';
import { makeFolder, writeTextAtomic } from '../../process/files.ts';
import { quoted } from '../../text/shell-word.ts';

const mark = '.ann-tui-run';

const markedBy = (folder: string): string | undefined => {
  try {
    return readFileSync(path.join(folder, mark), 'utf8').trim();
  } catch {
    return undefined;
  }
};

export type OwnFolder = {
  /** Absolute. */
  readonly folder: string;
  /** It was begun for this run before: what has changed since is written over. */
  readonly begun: boolean;
  /** Throws a usage error where another run's files are. */
  readonly check: () => void;
  /** To be called before the first file of it is written. */
  readonly claim: () => void;
  /** It was refused after all: it is nobody's, as before. */
  readonly release: () => void;
  /** What to type to have them elsewhere. */
  readonly elsewhere: string;
  /** What goes on with it. */
  readonly again: string;
};

/** `asked`: as it was typed. */
export const ownFolder = (run: string, asked: string): OwnFolder => {
  const folder = path.resolve(asked);
  const before = markedBy(folder);
  const elsewhere = `ann-tui results ${run} --get ${quoted(`${asked.replace(/\/+$/, '')}/${run}`)}`;
  return {
    folder,
    begun: before === run,
    check: () => {
      if (before !== undefined && before !== run)
        throw usageError(`${folder} has the files of ${before}`, 'they stay as they are', elsewhere);
    },
    claim: () => {
      try {
        makeFolder(folder);
        writeTextAtomic(path.join(folder, mark), `${run}\n`);
      } catch (error) {
        throw new UserError({ what: `The results cannot come to ${folder}`, why: (error as Error).message, hint: elsewhere });
      }
    },
    release: () => {
      if (before === undefined) rmSync(path.join(folder, mark), { force: true });
    },
    elsewhere,
    again: `ann-tui results ${run} --get ${quoted(asked)}`,
  };
};
