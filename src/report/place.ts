/** Where a report is written, and what is never written over. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../errors/errors.ts';
import { writeTextAtomic } from '../process/files.ts';

export type Place = {
  /** The whole path. */
  readonly file: string;
  /** As a person would type it. */
  readonly shown: string;
};

export type Wanted = {
  /** A file, or a folder in which it is called `name`. */
  readonly to: string;
  /** Without ".html". */
  readonly name: string;
  readonly generator: string;
  /** The command without `--to`. */
  readonly command: string;
};

const isOf = (generator: string, file: string): boolean =>
  readFileSync(file, 'utf8').slice(0, 4000).includes(`name="generator" content="${generator}"`);

export const shownAt = (file: string): string => {
  const relative = path.relative(process.cwd(), file);
  return relative.startsWith('..') ? file : `./${relative}`;
};

/** Throws `UserError` where something stands that is no report of this kind. */
export const placeOf = ({ to, name, generator, command }: Wanted): Place => {
  const file = /\.html?$/i.test(to) ? path.resolve(to) : path.join(path.resolve(to), `${name}.html`);
  if (existsSync(file) && !isOf(generator, file))
    throw new UserError({
      what: `${file} exists already`,
      why: 'it is no report, and nothing is written over',
      hint: `${command} --to ${name}-report.html`,
    });
  return { file, shown: shownAt(file) };
};

/** What keeps a file of a report from being written, as a person is told. */
export const unwritable = (file: string, { command }: Pick<Wanted, 'command'>, error: unknown): UserError =>
  new UserError({
    what: `The report could not be written to ${file}`,
    why: (error as Error).message,
    kept: 'the run and its files',
    hint: `${command} --to FOLDER`,
  });

/** Throws `UserError`. */
export const writePage = ({ file }: Place, wanted: Pick<Wanted, 'command'>, page: string): void => {
  try {
    writeTextAtomic(file, page);
  } catch (error) {
    throw unwritable(file, wanted, error);
  }
};
