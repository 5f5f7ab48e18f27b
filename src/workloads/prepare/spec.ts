/** What a prepare's spec says beside what every spec does. */
import * as v from 'valibot';
import type { Spec } from '../../runs/spec.ts';
import type { RunState } from '../../runs/state.ts';
import { misfit } from '../../util/shape.ts';
import { dataShape, type RecordingsData } from './data.ts';
import type { PrepareResults } from './results.ts';
import { type PrepareSettings, settingsShape } from './settings.ts';

export type PrepareSpec = Spec & {
  readonly kind: 'prepare';
  readonly settings: PrepareSettings;
  /** In the order of `datasets`, each with the splits that are prepared. */
  readonly data: readonly RecordingsData[];
};

export type PrepareRun = RunState<PrepareSpec, PrepareResults>;

const shape = v.looseObject({ settings: settingsShape, data: dataShape });

/** The field that keeps a value from being a prepare's spec; undefined when none does. */
export const prepareMisfit = (value: Readonly<Record<string, unknown>>): string | undefined => misfit(shape, value);
