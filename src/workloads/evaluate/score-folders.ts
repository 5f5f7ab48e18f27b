/** Two folders of annotations, scored by `python -m seizure score` in the private environment. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runSeizure } from '../../datasets/seizure-command.ts';

export type ScoreOptions = {
  readonly python: string;
  readonly truth: string;
  readonly predicted: string;
  readonly signal: AbortSignal;
};

export type Scored = {
  /** The table, as a person reads it. */
  readonly lines: readonly string[];
  /** All of it. */
  readonly scores: unknown;
};

/** Throws a `UserError` with its words: exit code 2 where a file cannot be used. */
export const scoreFolders = async ({ python, truth, predicted, signal }: ScoreOptions): Promise<Scored> => {
  signal.throwIfAborted();
  const folder = mkdtempSync(path.join(os.tmpdir(), 'ann-tui-score-'));
  const file = path.join(folder, 'scores.json');
  try {
    const words = ['score', path.resolve(truth), path.resolve(predicted), '--json', file];
    const otherwise = { what: 'The folders were not scored', hint: 'ann-tui score --help' };
    const lines = await runSeizure({ python, words, signal, otherwise });
    return { lines, scores: JSON.parse(readFileSync(file, 'utf8')) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
