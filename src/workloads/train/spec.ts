/** What a training's spec says beside what every spec does. */
import * as v from 'valibot';
import type { Spec } from '../../runs/spec.ts';
import type { RunState } from '../../runs/state.ts';
import type { SourceRef } from '../../user-code/source-ref.ts';
import { misfit, number } from '../../util/shape.ts';
import { dataShape, type RecordingsData } from '../prepare/data.ts';
import { type PrepareSettings, settingsShape } from '../prepare/settings.ts';
import type { TrainConfig } from './config-shape.ts';
import type { TrainResults } from './results.ts';

export type TrainSpec = Spec & {
  readonly kind: 'train';
  /** "laptop", or the name of a file of a person's own. */
  readonly preset: string;
  readonly config: TrainConfig;
  readonly settings: PrepareSettings;
  /** In the order of `datasets`, each with train, dev and, where it has one, test. */
  readonly data: readonly RecordingsData[];
  /** One training each, in this order. Never empty. */
  readonly seeds: readonly number[];
  /** The model's file of a person's own; null: one of ours. */
  readonly source: SourceRef | null;
  /** Only whether one batch can be learnt by heart: nothing is left to evaluate. */
  readonly check?: true;
  /** At Modal: windows a second that its GPU is expected to train, when it was planned; absent where nothing is known of that GPU. */
  readonly expected?: { readonly rate: number; readonly measured: boolean };
};

export type TrainRun = RunState<TrainSpec, TrainResults>;

export const isTrainRun = (run: RunState): run is TrainRun => run.spec.kind === 'train';

const whole = v.pipe(v.number(), v.integer());

const shape = v.looseObject({
  preset: v.string(),
  config: v.looseObject({
    model: v.looseObject({ name: v.string(), options: v.record(v.string(), v.unknown()) }),
    windows: v.looseObject({ seconds: number, batch: number, seizure_fraction: v.nullable(number) }),
    augment: v.looseObject({}),
    training: v.looseObject({ steps: number, evaluate_every: number, accumulate: number, keep_last: number }),
    evaluation: v.looseObject({ draws: number }),
  }),
  settings: settingsShape,
  data: dataShape,
  seeds: v.pipe(v.array(whole), v.minLength(1)),
  source: v.nullable(v.looseObject({ file: v.string(), sha256: v.string(), from: v.string() })),
  check: v.optional(v.literal(true)),
});

/** The field that keeps a value from being a training's spec; undefined when none does. */
export const trainMisfit = (value: Readonly<Record<string, unknown>>): string | undefined => misfit(shape, value);
