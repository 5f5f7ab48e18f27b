import type { Point } from '../events.ts';
import { detailOf } from './detail.ts';

/** Natural logarithm of what a run may be off by although nobody on the machine was seen to disturb it. How it was found: docs/comparing.md. */
export const betweenRuns = 0.2;

/** Of 100 intervals so many are meant to hold; the core's own say the same of themselves (`interval_level`). */
export const intervalLevel = 0.95;

/** Passes that agree no better than this are worth a warning; the core calls such a point noisy. */
export const wideSpread = 0.1;

/** How much longer a search takes on a core whose shared parts are all taken: 1 would be half the speed. How it was found: docs/comparing.md. */
const sharing = 0.75;

/** A count of busy cores is not exact: that nothing at all was left is never believed. */
const leastShare = 0.05;

/** Where a point was measured. `othersBusy`: cores that others kept busy, for points that were too short to count it themselves. */
export type Surroundings = { readonly cores?: number; readonly othersBusy?: number };

/** Of points measured one after another on one machine. */
export const surroundingsOf = (points: readonly Point[], cores: number | undefined): Surroundings => {
  const busy = points.flatMap(point => detailOf(point).othersBusy ?? []);
  return { ...(cores === undefined ? {} : { cores }), ...(busy.length === 0 ? {} : { othersBusy: Math.max(...busy) }) };
};

/** A figure with the interval that it stands in. */
export type Bounded = { readonly value: number; readonly low: number; readonly high: number };

/** How far a value may lie below and above, in natural logarithms; both 0 or more. */
export type Doubt = { readonly down: number; readonly up: number };

const median = (sorted: readonly number[]): number => {
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
};

/** How far passes leave a point open, as a share: by the core's word, else by how far the best is above the median one. */
export const opennessOf = (point: Point): number => detailOf(point).spread ?? Math.expm1(spreadOf(point));

/** ln(best pass / median pass). Where the passes were not written down, by the point's own median; 0 where there was one pass. */
export const spreadOf = (point: Point): number => {
  const sorted = detailOf(point).passes.toSorted((a, b) => a - b);
  const best = sorted.at(-1) ?? point.qps;
  const middle = sorted.length > 1 ? median(sorted) : point.qps_median;
  return middle > 0 ? Math.max(0, Math.log(best / middle)) : 0;
};

/** How many times as fast the point might have been, had it been alone on the machine: 1 where nobody counted. */
export const takenOf = (point: Point, { cores, othersBusy }: Surroundings): number => {
  const { interval } = detailOf(point);
  // It reaches further up than down by just that.
  if (interval !== undefined) return Math.max(1, (interval.high * interval.low) / point.qps ** 2);
  const busy = detailOf(point).othersBusy ?? othersBusy;
  if (busy === undefined || cores === undefined || cores <= 0) return 1;
  const wanted = Math.max(1, Math.min(point.threads, cores));
  const share = Math.min(1, Math.max(leastShare, (cores - busy) / wanted));
  return (1 + sharing * Math.min(1, busy / cores)) / share;
};

export const doubtOf = (point: Point, surroundings: Surroundings): Doubt => {
  const { interval } = detailOf(point);
  if (interval !== undefined) return { down: Math.log(point.qps / interval.low), up: Math.log(interval.high / point.qps) };
  const down = Math.hypot(spreadOf(point), betweenRuns);
  return { down, up: down + Math.log(takenOf(point, surroundings)) };
};

export const bounded = (value: number, { down, up }: Doubt): Bounded => ({
  value,
  low: value * Math.exp(-down),
  high: value * Math.exp(up),
});

/** a / b with its interval. */
export const ratioOf = (a: number, doubtA: Doubt, b: number, doubtB: Doubt): Bounded =>
  bounded(a / b, { down: Math.hypot(doubtA.down, doubtB.up), up: Math.hypot(doubtA.up, doubtB.down) });

/** Whether the interval leaves it open which of the two is faster. */
export const isSame = ({ low, high }: Bounded): boolean => low <= 1 && high >= 1;
