/** Which part of a trace is looked at, and how a key changes that. Pure. */
import type { Trace } from '../../../src/workloads/evaluate/trace-signal.ts';

export type TraceView = {
  /** Seconds into the recording at the left edge. */
  readonly from: number;
  readonly seconds: number;
  /** Microvolts from one channel's baseline to the next. */
  readonly spacing: number;
  /** The first channel shown, where not all of them fit. */
  readonly channel: number;
};

/** Seconds across the screen that zooming goes through. */
const spans = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600] as const;
/** Likewise microvolts a channel. */
const spacings = [5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000] as const;

const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), Math.max(low, high));

/** Within the trace as far as it goes. */
const within = (trace: Trace, view: TraceView): TraceView => ({
  ...view,
  from: clamp(view.from, trace.start, trace.start + trace.seconds - view.seconds),
});

/** Half of the channels swing no further than this in most of their samples. */
const typicalMicrovolts = (trace: Trace): number => {
  const of = trace.rows.map(row => {
    const every = Math.max(1, Math.floor(row.length / 2000));
    const sizes = Array.from(
      row.filter((_, n) => n % every === 0),
      Math.abs,
    ).sort((a, b) => a - b);
    return sizes[Math.floor(sizes.length * 0.95)] ?? 0;
  });
  return of.toSorted((a, b) => a - b)[Math.floor(of.length / 2)] ?? 0;
};

/**
 * Where it begins, with some of what is before it: so many seconds that waves of three a second are still to be told apart in `columns`.
 * `event`: the miss or alarm, seconds into the recording.
 */
export const firstView = (trace: Trace, event: { readonly start: number }, columns: number): TraceView => {
  const seconds = Math.min(trace.seconds, spans.findLast(span => span <= columns / 5) ?? 5);
  const typical = 2 * typicalMicrovolts(trace);
  const spacing = spacings.find(step => step >= typical) ?? spacings.at(-1) ?? 5000;
  return within(trace, { from: event.start - seconds / 4, seconds, spacing, channel: 0 });
};

/** `by`: parts of what is shown. */
export const moved = (trace: Trace, view: TraceView, by: number): TraceView =>
  within(trace, { ...view, from: view.from + by * view.seconds });

/** Around the middle of what is shown; the whole trace is the widest. */
export const zoomed = (trace: Trace, view: TraceView, closer: boolean): TraceView => {
  const next = closer ? spans.findLast(span => span < view.seconds - 1e-9) : spans.find(span => span > view.seconds + 1e-9);
  const seconds = Math.min(trace.seconds, next ?? (closer ? view.seconds : trace.seconds));
  return within(trace, { ...view, seconds, from: view.from + (view.seconds - seconds) / 2 });
};

export const gained = (view: TraceView, more: boolean): TraceView => ({
  ...view,
  spacing: (more ? spacings.findLast(step => step < view.spacing) : spacings.find(step => step > view.spacing)) ?? view.spacing,
});

/** `shown`: channels that fit. */
export const scrolled = (trace: Trace, view: TraceView, by: number, shown: number): TraceView => ({
  ...view,
  channel: clamp(view.channel + by, 0, trace.channels.length - shown),
});
