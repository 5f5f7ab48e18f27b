/** What the spec of predicting at Modal says beside what every spec does. */
import * as v from 'valibot';
import type { Spec } from '../../runs/spec.ts';
import type { RunState } from '../../runs/state.ts';
import { misfit, number } from '../../util/shape.ts';
import { type CheckpointChoice, checkpointShape } from '../evaluate/spec.ts';
import { type PrepareSettings, settingsShape } from '../prepare/settings.ts';
import type { PredictResults } from './results.ts';

/** An EDF file without labels. */
export type Recording = {
  /** As a person knows it: its file's name, with folders where two have one. */
  readonly name: string;
  /** Absolute. */
  readonly file: string;
  /** Where its table goes, below a folder. */
  readonly tsv: string;
  readonly bytes: number;
  /** As its header says; roughly where that does not know. */
  readonly seconds: number;
};

export type PredictSpec = Spec & {
  readonly kind: 'predict';
  readonly checkpoint: CheckpointChoice;
  /** As the model's training data were prepared. */
  readonly settings: PrepareSettings;
  /** The probability that counts as a seizure. */
  readonly threshold: number;
  /** The model was trained on made-up patients alone. */
  readonly synthetic: boolean;
  /** Files and folders as they were named, absolute. */
  readonly edfs: readonly string[];
  readonly recordings: readonly Recording[];
  /** All that is put on the results volume for it, and what it costs to keep it there. */
  readonly carried: { readonly bytes: number; readonly dollarsPerMonth: number };
};

export type PredictRun = RunState<PredictSpec, PredictResults>;

const recording = v.looseObject({ name: v.string(), file: v.string(), tsv: v.string(), bytes: number, seconds: number });

const shape = v.looseObject({
  checkpoint: checkpointShape,
  settings: settingsShape,
  threshold: number,
  synthetic: v.boolean(),
  edfs: v.array(v.string()),
  recordings: v.pipe(v.array(recording), v.minLength(1)),
  carried: v.looseObject({ bytes: number, dollarsPerMonth: number }),
});

/** The field that keeps a value from being such a spec; undefined when none does. */
export const predictMisfit = (value: Readonly<Record<string, unknown>>): string | undefined => misfit(shape, value);
