/** The seeds of a training beside each other, and what they come to together. Pure. */

import { deviation, mean } from '../../util/numbers.ts';
import type { DetectorScore } from '../evaluate/results.ts';
import { trainedScores } from './best.ts';
import { bestLook, latestOf, stepOf } from './results.ts';
import type { TrainRun } from './spec.ts';

export type SeedRow = {
  readonly seed: number;
  readonly step: number;
  readonly stands: 'waits' | 'trains' | 'done' | 'stopped early';
  readonly loss?: number;
  readonly dev?: { readonly step: number; readonly auroc: number };
  readonly seconds?: number;
  /** On the test split; absent before it is judged. */
  readonly test?: DetectorScore;
};

/** In the order in which they are trained. `dataset`: of the test split. */
export const seedRows = (run: TrainRun, dataset: string): readonly SeedRow[] => {
  const { spec, results } = run;
  const scores = trainedScores(results, dataset);
  return spec.seeds.map((seed): SeedRow => {
    const trained = results.trained.find(one => one.seed === seed);
    const step = stepOf(results, seed);
    const loss = latestOf(results, seed, 'loss');
    const dev = bestLook(results, seed);
    const test = scores.find(one => one.seed === seed);
    return {
      seed,
      step,
      stands: trained === undefined ? (step > 0 ? 'trains' : 'waits') : trained.early ? 'stopped early' : 'done',
      ...(loss !== undefined && { loss }),
      ...(dev !== undefined && { dev }),
      ...(trained !== undefined && { seconds: trained.seconds }),
      ...(test !== undefined && { test }),
    };
  });
};

/** Mean and standard deviation of a sample, of those seeds that have the figure; undefined of fewer than two. */
export const overSeeds = (values: readonly (number | undefined)[]): { readonly mean: number; readonly sd: number } | undefined => {
  const known = values.filter(value => value !== undefined);
  return known.length < 2 ? undefined : { mean: mean(known), sd: deviation(known) };
};
