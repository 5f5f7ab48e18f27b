/** What of the traces goes into a report: the stretch around each event, and no more of them than a file may weigh. Pure. */
import type { TraceRef } from '../results.ts';
import type { Trace } from '../trace-signal.ts';

/** Bytes of samples in a report: what a mail takes and a browser opens at once. */
export const mostBytes = 9_000_000;

/** Seconds before and behind an event. */
const around = 30;
/** Of a longer one its beginning is shown. */
const longest = 180;

export type Embedded = {
  readonly start: number;
  readonly rate: number;
  readonly channels: readonly string[];
  /** Base64 of int8, a row a channel, in steps of `step` × `microvolts`. */
  readonly samples: string;
  readonly step: number;
  readonly microvolts: readonly number[];
  readonly truth: Trace['truth'];
  readonly prediction: Trace['prediction'];
  readonly scores: readonly (number | null)[];
  readonly threshold: number;
};

const rounded = (value: number): number => Number(value.toPrecision(4));

/** Each row in steps of its own, 127 of which are its largest sample. */
export const embed = (trace: Trace, { start, end }: Pick<TraceRef, 'start' | 'end'>): Embedded => {
  const [first, last] = [trace.start, trace.start + trace.seconds];
  // Whole seconds from the trace's own beginning: so its scores are cut with it.
  const from = first + Math.floor(Math.max(0, Math.min(start - around, last - 1) - first));
  const to = Math.min(last, Math.max(from + 1, Math.min(end + around, from + longest)));
  const [low, high] = [Math.round((from - first) * trace.rate), Math.round((to - first) * trace.rate)];
  const cuts = trace.rows.map(row => row.subarray(low, high));
  const units = cuts.map(row => {
    let most = Number.MIN_VALUE;
    for (const value of row) most = Math.max(most, Math.abs(value));
    return most / 127;
  });
  const count = cuts[0]?.length ?? 0;
  const bytes = new Int8Array(count * cuts.length);
  for (const [channel, row] of cuts.entries())
    for (let n = 0; n < count; n++) bytes[channel * count + n] = Math.round((row[n] ?? 0) / (units[channel] ?? 1));
  const seen = <T extends { readonly start: number; readonly end: number }>(list: readonly T[]): readonly T[] =>
    list.filter(one => one.start < to && one.end > from);
  return {
    start: from,
    rate: trace.rate,
    channels: trace.channels,
    samples: Buffer.from(bytes.buffer).toString('base64'),
    step: 1,
    microvolts: units.map(rounded),
    truth: seen(trace.truth),
    prediction: seen(trace.prediction),
    scores: trace.scores.slice(from - first, Math.ceil(to - first)).map(score => (Number.isFinite(score) ? rounded(score) : null)),
    threshold: trace.threshold,
  };
};
