/** Curves of a training for the programs that people compare trainings with: `python -m seizure curves`, in the training environment. */
import { runSeizure } from '../../../../datasets/seizure-command.ts';
import type { TrainingEnvironment } from '../../../../setup/training/status.ts';

export const trackers = ['tensorboard', 'wandb'] as const;
export type Tracker = (typeof trackers)[number];

export type CurvesOptions = {
  readonly tracker: Tracker;
  readonly environment: TrainingEnvironment;
  /** The run's name: what it is called there. */
  readonly run: string;
  /** Its job's folder. */
  readonly job: string;
  /** Some of its data are made up: that stands beside the curves. */
  readonly synthetic: boolean;
  readonly out: string;
  /** Of Weights & Biases alone. `online`: sent there, as who is signed in. */
  readonly project?: string;
  readonly entity?: string;
  readonly online?: boolean;
  readonly signal: AbortSignal;
};

/** Of each seed: the folder, or the address of what was sent; the last step in it. */
export type Curves = { readonly written: readonly string[]; readonly seeds: readonly number[]; readonly steps: readonly number[] };

/** Throws a `UserError` with its words: exit code 2 where there are no curves yet, or the tracker's package is not there. */
export const writeCurves = async ({ tracker, environment, run, job, synthetic, out, signal, ...wandb }: CurvesOptions): Promise<Curves> => {
  const words = ['curves', tracker, job, '--run', run, '--out', out];
  if (synthetic) words.push('--synthetic');
  if (wandb.project !== undefined) words.push('--project', wandb.project);
  if (wandb.entity !== undefined) words.push('--entity', wandb.entity);
  if (wandb.online === true) words.push('--online');
  const otherwise = { what: 'The curves were not exported', hint: 'ann-tui export --help' };
  const lines = await runSeizure({ ...environment, words, signal, otherwise });
  // Packages of others may print what they like before.
  return JSON.parse(lines.findLast(line => line.startsWith('{')) ?? '{}') as Curves;
};
