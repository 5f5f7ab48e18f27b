/** The implementations of their own that a person may mean: in the folder they are in, and those that runs were made with. */
import { open, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { RunState } from '../../../runs/state.ts';
import { workloadOf } from '../../registry.ts';
import { hasSuffix } from './user-file.ts';

/** Files looked into, and how much of each is read: a folder of downloads must not hold the screen up. */
const mostFiles = 200;
const bytesRead = 200_000;

const isCpp = (text: string): boolean => /^\s*#\s*include\s*[<"][^>"]*\bann(_interface)?\.h(pp)?[>"]/m.test(text);
const isPython = (text: string): boolean => /^\s*def fit\s*\(/m.test(text) && /^\s*def query\s*\(/m.test(text);

/** Whether a file's text is that of an implementation. */
export const isImplementation = (file: string, text: string): boolean =>
  path.extname(file) === '.py' ? isPython(text) : isCpp(text) && (/\bREGISTER\s*\(/.test(text) || /ann_interface\.hpp/.test(text));

const beginning = async (file: string): Promise<string> => {
  const handle = await open(file, 'r');
  try {
    const { bytesRead: count, buffer } = await handle.read(Buffer.alloc(bytesRead), 0, bytesRead, 0);
    return buffer.toString('utf8', 0, count);
  } finally {
    await handle.close();
  }
};

const fits = async (file: string): Promise<boolean> => {
  try {
    return isImplementation(file, await beginning(file));
  } catch {
    return false;
  }
};

const inFolder = async (folder: string): Promise<readonly string[]> => {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries
      .filter(entry => entry.isFile() && !entry.name.startsWith('.') && hasSuffix(entry.name))
      .map(({ name }) => path.join(folder, name))
      .sort()
      .slice(0, mostFiles);
  } catch {
    return [];
  }
};

/** Absolute paths: first those in `folder`, then those of runs, the newest first. Only files that are there and look right. */
export const listOwn = async (folder: string, runs: readonly RunState[]): Promise<readonly string[]> => {
  const used = runs.flatMap(({ spec }) =>
    workloadOf(spec)
      .sources(spec)
      .map(({ from }) => from),
  );
  const files = [...new Set([...(await inFolder(folder)), ...used])].slice(0, 2 * mostFiles);
  const found = await Promise.all(files.map(async file => ((await fits(file)) ? [file] : [])));
  return found.flat();
};

/** A file of a person's own that can be measured. */
export type OwnImplementation = {
  /** "mine" */
  readonly name: string;
  /** Its absolute path: what `BenchChoices.implementations` takes. */
  readonly file: string;
  /** As it is shown: "./mine.cpp". */
  readonly shown: string;
};
