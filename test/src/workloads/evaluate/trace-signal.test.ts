/** Trace files: decoded to microvolts, or refused in words. */
import { describe, expect, test } from 'vitest';
import { bipolar, toBipolar } from '../../../../src/workloads/evaluate/montage.ts';
import type { TraceFile } from '../../../../src/workloads/evaluate/trace-file.ts';
import { readTrace, type Trace } from '../../../../src/workloads/evaluate/trace-signal.ts';
import { electrodes } from '../../../support/evaluation.ts';

const file = (rows: readonly (readonly number[])[], more: Partial<TraceFile> = {}): TraceFile => ({
  v: 1,
  recording: 'r',
  patient: 'p',
  start: 60,
  rate: 2,
  channels: rows.map((_, n) => `c${n}`),
  samples: Buffer.from(Int8Array.from(rows.flat()).buffer).toString('base64'),
  step: 0.5,
  microvolts: rows.map((_, n) => 10 * (n + 1)),
  truth: [],
  prediction: [],
  scores: [0.1, 0.2],
  threshold: 0.5,
  ...more,
});

const decoded = (value: unknown): Trace => {
  const trace = readTrace(value);
  if ('misfit' in trace) throw new Error(trace.misfit);
  return trace;
};

describe('a trace', () => {
  test('is microvolts: sample × step × those of a robust unit, a row a channel', () => {
    const trace = decoded(
      file([
        [0, 2, -128, 127],
        [1, -1, 4, 0],
      ]),
    );
    expect(trace.rows.map(row => Array.from(row))).toEqual([
      [0, 10, -640, 635],
      [10, -10, 40, 0],
    ]);
    expect(trace.seconds).toBe(2);
  });

  test('has gaps where a second was not scored', () => {
    expect(decoded({ ...file([[1, 2]]), scores: [null, 0.3] }).scores).toEqual([Number.NaN, 0.3]);
  });

  test.each([
    ['no trace at all', 'a trace', 'it is no trace'],
    ['another version', { ...file([[1]]), v: 2 }, 'its field v does not fit'],
    ['a rate of nothing', { ...file([[1]]), rate: 0 }, 'its field rate does not fit'],
    ['uneven rows', file([[1, 2], [3]] as never), '3 samples are not the same number for each of 2 channels'],
    ['no samples', file([[], []]), '0 samples are not the same number for each of 2 channels'],
    ['a scale too few', file([[1], [2]], { microvolts: [1] }), '1 scales (microvolts) stand for 2 channels'],
    ['a stretch without an end', { ...file([[1]]), truth: [{ start: 1, kind: 'sz' }] }, 'its field truth.0.end does not fit'],
  ])('with %s is refused', (_, value, misfit) => {
    expect(readTrace(value)).toEqual({ misfit });
  });
});

describe('bipolar', () => {
  test('is the difference of neighbours, left before right, the middle last', () => {
    const rows = electrodes.map((_, n) => [n, 2 * n]);
    const made = toBipolar(decoded(file(rows, { channels: electrodes, microvolts: rows.map(() => 2) })));
    expect(made?.channels).toHaveLength(18);
    expect([made?.channels[0], made?.channels.at(-1)]).toEqual(['Fp1-F7', 'Cz-Pz']);
    // Fp1 is row 0, F7 row 5; a step of 0.5 at 2 µV leaves the samples as they are.
    expect(Array.from(made?.rows[0] ?? [])).toEqual([0 - 5, 0 - 10]);
    expect(new Set(bipolar.flat())).toEqual(new Set(electrodes));
  });

  test('is not made where an electrode is missing, nor of what is bipolar already', () => {
    const of = (channels: readonly string[]) =>
      toBipolar(
        decoded(
          file(
            channels.map(() => [1]),
            { channels, microvolts: channels.map(() => 1) },
          ),
        ),
      );
    expect(of(electrodes.slice(1))).toBeUndefined();
    expect(of(bipolar.map(pair => pair.join('-')))).toBeUndefined();
  });
});
