/** What the spec of a measurement says beside what every spec does. */
import * as v from 'valibot';
import type { Spec } from '../../runs/spec.ts';
import type { RunState } from '../../runs/state.ts';
import type { SourceRef } from '../../user-code/source-ref.ts';
import { misfit, number } from '../../util/shape.ts';
import { type PrepareSettings, settingsShape } from '../prepare/settings.ts';
import type { TrainConfig } from '../train/config-shape.ts';
import type { MeasureResults } from './results.ts';

/** A whole container that a GPU is measured in: its usual one. */
export type Machine = {
  /** Id of its row of the price list; a container of no row as it is typed: "24x96+A100-80GB:2". */
  readonly hardware: string;
  /** As Modal is asked for it: "A100-80GB:2". */
  readonly gpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly dollarsPerHour: number;
};

/** What all of the training would be whose steps are measured. */
export type WholeTraining = {
  readonly datasets: readonly string[];
  readonly seeds: readonly number[];
  /** Windows of all its seeds: of its steps, its looks at dev and the scores in the end, as far as these are known. */
  readonly windows: number;
  /** Of data that are not here its steps alone are known. */
  readonly stepsAlone: boolean;
  /** The command that trains it here, as it was asked for; absent where that is not known. */
  readonly command?: string;
};

export type MeasureSpec = Spec & {
  readonly kind: 'measure';
  /** The training's config, settings and model, as its own spec has them. */
  readonly preset: string;
  readonly config: TrainConfig;
  readonly settings: PrepareSettings;
  readonly source: SourceRef | null;
  /** Of steps on each machine. */
  readonly seconds: number;
  /** A part each, in this order. Never empty. */
  readonly machines: readonly Machine[];
  readonly training: WholeTraining;
};

export type MeasureRun = RunState<MeasureSpec, MeasureResults>;

export const isMeasureRun = (run: RunState): run is MeasureRun => run.spec.kind === 'measure';

const machine = v.looseObject({ hardware: v.string(), gpu: v.string(), cores: number, memoryGiB: number, dollarsPerHour: number });

const shape = v.looseObject({
  preset: v.string(),
  config: v.looseObject({
    model: v.looseObject({ name: v.string(), options: v.record(v.string(), v.unknown()) }),
    windows: v.looseObject({ seconds: number, batch: number }),
    training: v.looseObject({ steps: number, accumulate: number, processes: number }),
  }),
  settings: settingsShape,
  source: v.nullable(v.looseObject({ file: v.string(), sha256: v.string(), from: v.string() })),
  seconds: number,
  machines: v.pipe(v.array(machine), v.minLength(1)),
  training: v.looseObject({ datasets: v.array(v.string()), seeds: v.array(number), windows: number, stepsAlone: v.boolean() }),
});

/** The field that keeps a value from being a measurement's spec; undefined when none does. */
export const measureMisfit = (value: Readonly<Record<string, unknown>>): string | undefined => misfit(shape, value);

/** The names of its parts, here and in Python. */
export const partName = (at: number): string => `w${at + 1}`;
