/** Runs whose checkpoints can be evaluated, as rows of the first question. Pure. */
import { gistOf } from '../../../src/workloads/train/best.ts';
import type { TrainRun } from '../../../src/workloads/train/spec.ts';
import { train } from '../../../src/workloads/train/workload.ts';
import type { MontageChoice } from '../prepare/montage-page.tsx';

/** The newest first, as runs are listed. With the first look at dev there is a checkpoint. */
export const checkpointChoices = (runs: readonly TrainRun[]): readonly MontageChoice[] =>
  runs
    .filter(run => gistOf(run).dev !== undefined)
    .map(run => ({
      id: run.run,
      name: run.run,
      about: `${train.title(run.spec)} · ${train.headline(run)}`,
      answers: { checkpoint: run.run },
    }));
