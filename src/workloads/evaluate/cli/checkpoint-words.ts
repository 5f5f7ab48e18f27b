/** `--checkpoint` as it was typed → with whole names of runs. */
import { usageError } from '../../../errors/errors.ts';
import { listRuns, resolveRun } from '../../../runs/store.ts';
import { parseWord, seedsWithCheckpoint, wordsOf } from '../checkpoint.ts';

/**
 * "latest" is the newest training that has a checkpoint (of that seed): what was scored with it since is no training, and a check, or one that failed
 * early, has none. Where no training has one, the newest says why.
 */
const runOf = (word: string, seed: number | undefined): string => {
  if (word !== 'latest') return resolveRun(word);
  const trainings = listRuns().filter(({ spec }) => spec.kind === 'train');
  const newest = trainings.find(({ run }) => seedsWithCheckpoint(run).some(one => seed === undefined || one === seed)) ?? trainings[0];
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
      const run = runOf(parsed.run, parsed.seed);
      return parsed.seed === undefined ? run : `${run}:${parsed.seed}`;
    })
    .join(',');
};
