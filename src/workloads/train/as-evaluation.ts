/** A training's evaluation, as one that was run by itself has it: so it is shown, reported and compared by the same code. Pure. */
import type { EvaluateRun } from '../evaluate/spec.ts';
import type { TrainRun } from './spec.ts';

/** What is judged: all splits but the one that was trained on. */
export const asEvaluation = (run: TrainRun): EvaluateRun => {
  const { config, data, ...spec } = run.spec;
  return {
    ...run,
    spec: {
      ...spec,
      kind: 'evaluate',
      checkpoint: config.model.name,
      seed: config.training.seed,
      draws: config.evaluation.draws,
      data: data.map(one => ({ ...one, splits: one.splits.filter(({ split }) => split !== 'train') })),
    },
    results: run.results.evaluation,
  };
};
