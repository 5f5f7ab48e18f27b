/** What the curves of a training's seeds say together. Pure. */
import { inOrder } from './metric-words.ts';
import { bestCheckpoint, bestLook, type CheckpointRef, type Series, type TrainResults } from './results.ts';
import type { TrainRun } from './spec.ts';

/** By this metric the best checkpoint is chosen. */
export const lookMetric = 'dev_auroc';

export type Look = { readonly seed: number; readonly step: number; readonly auroc: number };

export const metricNames = ({ series }: Pick<TrainResults, 'series'>): readonly string[] => inOrder(series.map(({ name }) => name));

/** Of one metric a series a seed, in the order of `seeds`. */
export const seriesNamed = ({ series }: Pick<TrainResults, 'series'>, seeds: readonly number[], name: string): readonly Series[] =>
  seeds.flatMap(seed => series.find(one => one.seed === seed && one.name === name) ?? []);

/** The best look at dev of each seed that had one. */
export const bestLooks = (results: Pick<TrainResults, 'series'>, seeds: readonly number[]): readonly Look[] =>
  seeds.flatMap(seed => {
    const look = bestLook(results, seed);
    return look === undefined ? [] : [{ seed, ...look }];
  });

/** The seed that is trained now: the first that is not done; the last one when all are. */
export const currentSeed = ({ trained }: Pick<TrainResults, 'trained'>, seeds: readonly number[]): number =>
  seeds.find(seed => !trained.some(one => one.seed === seed)) ?? seeds.at(-1) ?? 0;

/** Those that are still there: of each seed the best, and the last ones. In the order in which they were written. */
export const keptCheckpoints = ({ spec, results }: Pick<TrainRun, 'spec' | 'results'>): readonly CheckpointRef[] => {
  const kept = spec.seeds.flatMap(seed => [
    ...results.checkpoints.filter(one => one.seed === seed).slice(-spec.config.training.keep_last),
    bestCheckpoint(results, seed),
  ]);
  return results.checkpoints.filter(one => kept.includes(one));
};

/** Nothing is left to train, or it is judged already: then the evaluation is what happens. */
export const isJudging = ({ trained, evaluation }: TrainResults, seeds: readonly number[]): boolean =>
  evaluation.judged.length > 0 || evaluation.detectors.length > 0 || seeds.every(seed => trained.some(one => one.seed === seed));
