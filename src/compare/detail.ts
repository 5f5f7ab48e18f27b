/** What a point says beyond the fields that every point has. Written by newer cores, absent in older runs, and never trusted. */
import type { Point } from '../events/event.ts';

export type Detail = {
  /** Queries per second of each pass; the best alone where the passes were not written down. */
  readonly passes: readonly number[];
  /** SHA-256 of the data set's file. */
  readonly datasetSha?: string;
  readonly cpu?: string;
  readonly isa?: string;
  /** Distances computed, a query. */
  readonly distComps?: number;
  /** Cores that the rest of the machine kept busy meanwhile. */
  readonly othersBusy?: number;
};

const positive = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && value > 0;
const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

export const detailOf = (point: Point): Detail => {
  const extra: Readonly<Record<string, unknown>> = point;
  const { qps_all: all, dist_comps: distComps, others_busy_cores: busy } = extra;
  const passes = Array.isArray(all) && all.length > 0 && all.every(positive) ? all : [point.qps];
  const datasetSha = text(extra.dataset_sha);
  const cpu = text(extra.cpu);
  const isa = text(extra.isa);
  return {
    passes,
    ...(datasetSha === undefined ? {} : { datasetSha }),
    ...(cpu === undefined ? {} : { cpu }),
    ...(isa === undefined ? {} : { isa }),
    ...(positive(distComps) ? { distComps } : {}),
    ...(busy === 0 || positive(busy) ? { othersBusy: busy } : {}),
  };
};
