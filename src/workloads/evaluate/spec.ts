/** What an evaluation's spec says beside what every spec does. */
import * as v from 'valibot';
import type { Spec } from '../../runs/spec.ts';
import type { RunState } from '../../runs/state.ts';
import { misfit, number } from '../../util/shape.ts';
import { dataShape, type RecordingsData } from '../prepare/data.ts';
import { type PrepareSettings, settingsShape } from '../prepare/settings.ts';
import type { EvaluateResults } from './results.ts';

/** A trained model to be scored. `name` is a detector's, and a folder's; `title` is for a person: "tiny, seed 0 (train-4kq2)". */
export type CheckpointChoice = {
  readonly name: string;
  readonly title: string;
  readonly folder: string;
  readonly seed: number;
  /** Names of datasets. */
  readonly trainedOn: readonly string[];
  /** Of a person's own model: the Python file that may be run for it. */
  readonly source?: string;
};

export type EvaluateSpec = Spec & {
  readonly kind: 'evaluate';
  /** "baseline": the detectors that need no training. */
  readonly checkpoint: string;
  /** What that word stood for when the run was planned; absent for the baselines alone. */
  readonly checkpoints?: readonly CheckpointChoice[];
  readonly settings: PrepareSettings;
  /** In the order of `datasets`, each with dev and test. */
  readonly data: readonly RecordingsData[];
  /** Of the draws of patients from which intervals come. */
  readonly seed: number;
  readonly draws: number;
};

export type EvaluateRun = RunState<EvaluateSpec, EvaluateResults>;

export const isEvaluateRun = (run: RunState): run is EvaluateRun => run.spec.kind === 'evaluate';

export const checkpointShape = v.looseObject({
  name: v.string(),
  title: v.string(),
  folder: v.string(),
  seed: number,
  trainedOn: v.array(v.string()),
  source: v.optional(v.string()),
});

const shape = v.looseObject({
  checkpoint: v.string(),
  checkpoints: v.optional(v.array(checkpointShape)),
  settings: settingsShape,
  data: dataShape,
  seed: number,
  draws: number,
});

/** The field that keeps a value from being an evaluation's spec; undefined when none does. */
export const evaluateMisfit = (value: Readonly<Record<string, unknown>>): string | undefined => misfit(shape, value);
