/** The implementations of their own that a person may mean: in the folder they are in, and those that runs were made with. */
import path from 'node:path';
import type { RunState } from '../../../runs/state.ts';
import { findFiles } from '../../../user-code/find-files.ts';
import { workloadOf } from '../../registry.ts';
import { implementationFile } from './user-file.ts';

const isCpp = (text: string): boolean => /^\s*#\s*include\s*[<"][^>"]*\bann(_interface)?\.h(pp)?[>"]/m.test(text);
const isPython = (text: string): boolean => /^\s*def fit\s*\(/m.test(text) && /^\s*def query\s*\(/m.test(text);

/** Whether a file's text is that of an implementation. */
export const isImplementation = (file: string, text: string): boolean =>
  path.extname(file) === '.py' ? isPython(text) : isCpp(text) && (/\bREGISTER\s*\(/.test(text) || /ann_interface\.hpp/.test(text));

/** Absolute paths: first those in `folder`, then those of runs, the newest first. Only files that are there and look right. */
export const listOwn = (folder: string, runs: readonly RunState[]): Promise<readonly string[]> => {
  const used = runs.flatMap(({ spec }) => workloadOf(spec).sources(spec));
  return findFiles(
    folder,
    used.map(({ from }) => from),
    { suffixes: implementationFile.suffixes, fits: isImplementation },
  );
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
