/** A trace file, checked and decoded. Pure. */
import * as v from 'valibot';
import { misfit, number } from '../../util/shape.ts';
import type { TraceFile } from './trace-file.ts';

export type Trace = Omit<TraceFile, 'samples' | 'step' | 'microvolts'> & {
  /** Microvolts, a row a channel. */
  readonly rows: readonly Float32Array[];
  /** Seconds that the samples cover. */
  readonly seconds: number;
};

const stretch = { start: number, end: number };

const shape = v.object({
  v: v.literal(1),
  recording: v.string(),
  patient: v.string(),
  start: number,
  rate: v.pipe(number, v.minValue(0.001), v.maxValue(100_000)),
  channels: v.pipe(v.array(v.string()), v.minLength(1), v.maxLength(512)),
  samples: v.string(),
  step: number,
  microvolts: v.array(number),
  truth: v.array(v.object({ ...stretch, kind: v.string() })),
  prediction: v.array(v.object(stretch)),
  // A second that was not scored is null.
  scores: v.array(v.nullable(number)),
  threshold: number,
});

/** The trace, or in words what does not fit. */
export const readTrace = (value: unknown): Trace | { readonly misfit: string } => {
  const wrong = misfit(shape, value);
  if (wrong !== undefined) return { misfit: wrong === '' ? 'it is no trace' : `its field ${wrong} does not fit` };
  const { samples, step, microvolts, scores, ...file } = value as TraceFile;
  const bytes = Buffer.from(samples, 'base64');
  const count = bytes.length / file.channels.length;
  if (!Number.isInteger(count) || count === 0)
    return { misfit: `${bytes.length} samples are not the same number for each of ${file.channels.length} channels` };
  if (microvolts.length !== file.channels.length)
    return { misfit: `${microvolts.length} scales (microvolts) stand for ${file.channels.length} channels` };
  const whole = new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  const rows = microvolts.map((unit, channel) => {
    const row = new Float32Array(count);
    for (let n = 0; n < count; n++) row[n] = (whole[channel * count + n] ?? 0) * step * unit;
    return row;
  });
  return { ...file, scores: scores.map(score => score ?? Number.NaN), rows, seconds: count / file.rate };
};
