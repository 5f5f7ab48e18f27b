/** `--checkpoint` as it was typed → with whole names of runs. */
import { usageError } from '../../../errors/errors.ts';
import { listRuns, resolveRun } from '../../../runs/store.ts';
import { parseWord, wordsOf } from '../checkpoint.ts';

/** "latest" is the newest training: what was scored with it since is no training. */
const runOf = (word: string): string => {
  if (word !== 'latest') return resolveRun(word);
  const newest = listRuns().find(({ spec }) => spec.kind === 'train');
  if (newest === undefined) throw usageError('There is no training yet', 'none was run on this machine', 'ann-tui train --config laptop');
  return newest.run;
};

/** Throws a usage error for a word that stands for no run; undefined stays so. */
export const wholeNames = (text: string | undefined): string | undefined => {
  if (text === undefined) return undefined;
  const words = wordsOf(text);
  if (words.length === 0) return text;
  return words
    .map(word => {
      const parsed = parseWord(word);
      if ('folder' in parsed) return word;
      const run = runOf(parsed.run);
      return parsed.seed === undefined ? run : `${run}:${parsed.seed}`;
    })
    .join(',');
};
