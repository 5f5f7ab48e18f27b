/** What a prepare's run has so far: the fold over its own events (`modal/seizure/src/seizure/event-schema.json`). Pure. */
import { keyOfWords, putByKey } from '../../util/keyed.ts';
import { isRecord } from '../../util/shape.ts';
import type { WorkloadEvent } from '../workload.ts';

/** A recording that lies in the store. */
export type Prepared = {
  readonly dataset: string;
  readonly recording: string;
  readonly patient: string;
  readonly split: string;
  readonly hours: number;
  readonly seizures: number;
  /** Channels that are flat or clipped, so left out. */
  readonly masked?: number;
  /** Electrodes that the recording lacks, taken from their neighbours. */
  readonly interpolated?: number;
};

export type PrepareResults = {
  readonly prepared: readonly Prepared[];
  /** How many each container at Modal told. */
  readonly by?: Readonly<Record<string, number>>;
};

export const nonePrepared: PrepareResults = { prepared: [] };

/** What is told again, by a resumed job say, takes the place of what was told before. */
export const foldPrepared = (results: PrepareResults, event: WorkloadEvent): PrepareResults => {
  if (event.type !== 'prepared') return results;
  const { v, seq, container, time, type, ...one } = event as WorkloadEvent & Prepared;
  const prepared = putByKey(results.prepared, one, of => keyOfWords(of.dataset, of.recording));
  const isNew = prepared.length > results.prepared.length;
  if (container === 'main' || !isNew) return { ...results, prepared };
  return { prepared, by: { ...results.by, [container]: (results.by?.[container] ?? 0) + 1 } };
};

export const fitsPrepared = (value: unknown): boolean => isRecord(value) && Array.isArray(value.prepared);
