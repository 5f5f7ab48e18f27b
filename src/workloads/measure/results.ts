/** What a measurement has found so far: the fold over its own events (`modal/seizure/src/seizure/event-schema.json`). Pure. */
import { putByKey } from '../../util/keyed.ts';
import { isRecord } from '../../util/shape.ts';
import type { WorkloadEvent } from '../workload.ts';

/** What a part told at its end; of two attempts the later one. */
export type Measured = {
  readonly part: string;
  readonly windows_per_s: number;
  /** Those that counted, in so many seconds. */
  readonly steps: number;
  readonly seconds: number;
  /** The most that it held of the GPU's memory; absent where it was not told. */
  readonly memory_bytes?: number;
  /** "NVIDIA L4": what it really was. */
  readonly device: string;
};

/** Its speed on the way. */
export type SoFar = { readonly part: string; readonly windows_per_s: number };

export type MeasureResults = { readonly measured: readonly Measured[]; readonly soFar: readonly SoFar[] };

export const nothingMeasured: MeasureResults = { measured: [], soFar: [] };

const byPart = ({ part }: { readonly part: string }): string => part;

type Told = { readonly windows_per_s?: unknown; readonly memory_bytes?: unknown; readonly values?: Readonly<Record<string, unknown>> };

const isSpeed = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && value > 0;

export const foldMeasured = (results: MeasureResults, event: WorkloadEvent): MeasureResults => {
  const { type, container: part } = event;
  const {
    windows_per_s: whole,
    memory_bytes,
    values = {},
    ...told
  } = event as WorkloadEvent & Told & Pick<Measured, 'steps' | 'seconds' | 'device'>;
  if (type === 'measured' && isSpeed(whole)) {
    const { steps, seconds, device } = told;
    const memory = isSpeed(memory_bytes) ? { memory_bytes } : {};
    return { ...results, measured: putByKey(results.measured, { part, windows_per_s: whole, steps, seconds, ...memory, device }, byPart) };
  }
  if (type === 'metric' && isSpeed(values.windows_per_s))
    return { ...results, soFar: putByKey(results.soFar, { part, windows_per_s: values.windows_per_s }, byPart) };
  return results;
};

export const fitsMeasured = (value: unknown): boolean => isRecord(value) && Array.isArray(value.measured) && Array.isArray(value.soFar);
