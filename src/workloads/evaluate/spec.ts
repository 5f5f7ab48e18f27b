/** What an evaluation's spec says beside what every spec does. */
import * as v from 'valibot';
import type { Spec } from '../../runs/spec.ts';
import type { RunState } from '../../runs/state.ts';
import { misfit, number } from '../../util/shape.ts';
import { dataShape, type RecordingsData } from '../prepare/data.ts';
import { type PrepareSettings, settingsShape } from '../prepare/settings.ts';
import type { EvaluateResults } from './results.ts';

export type EvaluateSpec = Spec & {
  readonly kind: 'evaluate';
  /** "baseline": the detectors that need no training. */
  readonly checkpoint: string;
  readonly settings: PrepareSettings;
  /** In the order of `datasets`, each with dev and test. */
  readonly data: readonly RecordingsData[];
  /** Of the draws of patients from which intervals come. */
  readonly seed: number;
  readonly draws: number;
};

export type EvaluateRun = RunState<EvaluateSpec, EvaluateResults>;

export const isEvaluateRun = (run: RunState): run is EvaluateRun => run.spec.kind === 'evaluate';

const shape = v.looseObject({ checkpoint: v.string(), settings: settingsShape, data: dataShape, seed: number, draws: number });

/** The field that keeps a value from being an evaluation's spec; undefined when none does. */
export const evaluateMisfit = (value: Readonly<Record<string, unknown>>): string | undefined => misfit(shape, value);
