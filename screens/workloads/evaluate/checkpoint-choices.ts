/** Runs whose checkpoints can be evaluated, as rows of the first question. Pure. */
import { settingsText } from '../../../src/workloads/prepare/settings.ts';
import { gistOf } from '../../../src/workloads/train/best.ts';
import type { TrainRun } from '../../../src/workloads/train/spec.ts';
import { train } from '../../../src/workloads/train/workload.ts';
import type { MontageChoice } from '../prepare/montage-page.tsx';

/** What is scored, and on what: recordings as they were prepared for the training. */
const saysOf = ({ run, spec: { seeds, settings } }: TrainRun): readonly string[] => [
  `Scored ${seeds.length === 1 ? 'is the best checkpoint' : `are the best checkpoints of its ${seeds.length} seeds`} of ${run}, beside the baselines. ${seeds.length === 1 ? 'Its threshold was' : 'Their thresholds were'} chosen on dev by the training; those of the baselines are chosen on dev, used once on test.`,
  `As it was trained: ${settingsText(settings)}. Recordings that are not prepared so yet are prepared first.`,
];

/** The newest first, as runs are listed. With the first look at dev there is a checkpoint. */
export const checkpointChoices = (runs: readonly TrainRun[]): readonly MontageChoice[] =>
  runs
    .filter(run => gistOf(run).dev !== undefined)
    .map(run => ({
      id: run.run,
      name: run.run,
      about: `${train.title(run.spec)} · ${train.headline(run)}`,
      answers: { checkpoint: run.run },
      says: saysOf(run),
    }));
