/** What was found so far: the fold over its own events (`modal/seizure/src/seizure/event-schema.json`). Pure. */
import { putByKey } from '../../util/keyed.ts';
import { isRecord } from '../../util/shape.ts';
import type { Found } from '../evaluate/predicted-words.ts';
import type { WorkloadEvent } from '../workload.ts';

/** What became of a recording: a table below the folder `predictions`, or why there is none. */
export type Predicted = { readonly recording: string; readonly tsv: string } & (Found | { readonly error: string });

export type PredictResults = { readonly predicted: readonly Predicted[] };

export const nothingPredicted: PredictResults = { predicted: [] };

type Told = { readonly recording: string; readonly tsv: string; readonly error?: string } & Partial<Found>;

/** What is told again, by a resumed job say, takes the place of what was told before. */
export const foldPredicted = (results: PredictResults, event: WorkloadEvent): PredictResults => {
  if (event.type !== 'predicted') return results;
  const { recording, tsv, error, events = [], seconds = 0, told = [] } = event as WorkloadEvent & Told;
  const one: Predicted = error === undefined ? { recording, tsv, events, seconds, told } : { recording, tsv, error };
  return { predicted: putByKey(results.predicted, one, of => of.tsv) };
};

export const fitsPredicted = (value: unknown): boolean => isRecord(value) && Array.isArray(value.predicted);
