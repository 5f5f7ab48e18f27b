import type { Point } from '../events.ts';

export type Detail = {
  /** Queries per second of each pass; the best alone where the passes were not written down. */
  readonly passes: readonly number[];
  /** From and to, by the core that measured it; in older runs it is worked out here. */
  readonly interval?: { readonly low: number; readonly high: number };
  /** How far its passes leave it open to either side, as a share; of points that have an interval. */
  readonly spread?: number;
  /** SHA-256 of a person's own source, of which a run may have had another than the next. */
  readonly sourceSha?: string;
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

/** It holds the figure itself; anything else is not believed. */
const intervalOf = ({ qps, qps_interval: interval, interval_level: level }: Point): Detail['interval'] => {
  if (level === undefined || !Array.isArray(interval) || interval.length !== 2 || !interval.every(positive)) return undefined;
  const [low, high] = interval as [number, number];
  return low <= qps && qps <= high ? { low, high } : undefined;
};

export const detailOf = (point: Point): Detail => {
  const extra: Readonly<Record<string, unknown>> = point;
  const { qps_all: all, dist_comps: distComps, others_busy_cores: busy, spread } = extra;
  const passes = Array.isArray(all) && all.length > 0 && all.every(positive) ? all : [point.qps];
  const datasetSha = text(extra.dataset_sha);
  const sourceSha = text(extra.source_sha);
  const interval = intervalOf(point);
  const cpu = text(extra.cpu);
  const isa = text(extra.isa);
  return {
    passes,
    ...(interval === undefined ? {} : { interval }),
    ...(interval !== undefined && (spread === 0 || positive(spread)) ? { spread } : {}),
    ...(sourceSha === undefined ? {} : { sourceSha }),
    ...(datasetSha === undefined ? {} : { datasetSha }),
    ...(cpu === undefined ? {} : { cpu }),
    ...(isa === undefined ? {} : { isa }),
    ...(positive(distComps) ? { distComps } : {}),
    ...(busy === 0 || positive(busy) ? { othersBusy: busy } : {}),
  };
};
