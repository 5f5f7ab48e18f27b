/** A trace in a terminal: nothing of it is lost, it fits, and its window is moved as the keys say. */
import { describe, expect, test } from 'vitest';
import { lineWidth, plainText } from '../../../../screens/app/text.ts';
import { channelRoom, scaleWords, traceLines } from '../../../../screens/workloads/evaluate/trace-lines.ts';
import { firstView, gained, moved, scrolled, type TraceView, zoomed } from '../../../../screens/workloads/evaluate/trace-view.ts';
import { toAscii } from '../../../../src/terminal/ascii.ts';
import { toBipolar } from '../../../../src/workloads/evaluate/montage.ts';
import { readTrace, type Trace } from '../../../../src/workloads/evaluate/trace-signal.ts';
import { worstFirst } from '../../../../src/workloads/evaluate/worst-first.ts';
import { evaluation, traceFileOf } from '../../../support/evaluation.ts';

const [row] = worstFirst(evaluation(), 'power-2-8');
const ref = row?.traces[0] as NonNullable<typeof row>['traces'][number];
const trace = readTrace(traceFileOf(ref)) as Trace;
const bipolar = toBipolar(trace) as Trace;

/** One channel, flat but for one sample. */
const spike = (at: number, seconds = 600, rate = 64): Trace => ({
  v: 1,
  recording: 'r',
  patient: 'p',
  start: 100,
  rate,
  channels: ['Cz'],
  truth: [{ start: 110, end: 120, kind: 'sz' }],
  prediction: [{ start: 115, end: 125 }],
  scores: Array.from({ length: seconds }, (_, n) => (n === 17 ? 0.9 : 0.1)),
  threshold: 0.5,
  rows: [Float32Array.from({ length: seconds * rate }, (_, n) => (n === at ? 400 : 0))],
  seconds,
});

const view = (of: Trace, more: Partial<TraceView> = {}): TraceView => ({
  from: of.start,
  seconds: of.seconds,
  spacing: 1000,
  channel: 0,
  ...more,
});

test.each([0, 1, 12_345, 20_000, 38_399])('a spike of one sample of 38,400 is seen in forty columns: sample %i', at => {
  const shown = spike(at);
  const [top] = plainText(traceLines(shown, view(shown), 46, 9)).split('\n');
  // The label has five columns, and one parts it. A flat curve is in the third row.
  const places = Array.from(plainText(traceLines(shown, view(shown), 46, 9)).split('\n')[1] ?? '').flatMap((character, n) =>
    character > '\u2800' ? [n - 6] : [],
  );
  expect(top).not.toBe(undefined);
  expect(places.length).toBeGreaterThanOrEqual(1);
  expect(places.length).toBeLessThanOrEqual(2);
  expect(Math.abs((places[0] ?? 0) - (at / 38_400) * 40)).toBeLessThanOrEqual(1);
});

test('a curve is not torn: every column of it has dots, and neighbours meet, however close one looks', () => {
  for (const seconds of [150, 15, 1, 0.2]) {
    const lines = plainText(
      traceLines(
        { ...trace, channels: ['Cz'], rows: trace.rows.slice(9, 10) },
        { from: ref.start, seconds: Math.min(seconds, 30), spacing: 100, channel: 0 },
        86,
        24,
      ),
    )
      .split('\n')
      .slice(0, 20);
    const columns = Array.from({ length: 80 }, (_, n) => lines.some(text => (text[n + 6] ?? ' ') > '\u2800'));
    expect(columns.every(Boolean), String(seconds)).toBe(true);
  }
});

test('bands stand under what they are of, a score above the threshold is bold', () => {
  const shown = spike(0, 60);
  const [truth, prediction, score] = traceLines(shown, view(shown), 66, 9).slice(-3);
  const marks = (line: typeof truth) =>
    Array.from(
      (line ?? [])
        .map(({ text }) => text)
        .join('')
        .slice(6),
    );
  expect(marks(truth).flatMap((mark, n) => (mark === '█' ? [n] : []))).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
  expect(marks(prediction).flatMap((mark, n) => (mark === '█' ? [n] : []))).toEqual([15, 16, 17, 18, 19, 20, 21, 22, 23, 24]);
  expect(score?.filter(({ bold }) => bold === true).map(({ text }) => text)).toEqual(['█']);
  expect(marks(score)[10]).toBe('▁');
});

test('without colours, too, a score above the threshold is more than half a cell high and one below is not, however close they are', () => {
  const close: Trace = { ...spike(0, 4), threshold: 0.28, scores: [0.25, 0.279, 0.28, 0.31], prediction: [] };
  const [score] = plainText(traceLines(close, view(close), 46, 9))
    .split('\n')
    .slice(-1);
  expect(score).toBe(`score ${['▁', '▄', '▅', '█'].map(level => level.repeat(10)).join('')}`);
  expect(toAscii('▁▄▅█')).toBe('_-=#');
});

describe('it fits', () => {
  test.each([
    [78, 19],
    [118, 35],
    [58, 19],
    [48, 7],
    [198, 49],
    [20, 5],
  ])('%i columns, %i rows', (columns, height) => {
    for (const of of [trace, bipolar]) {
      const lines = traceLines(of, firstView(of, ref, columns), columns, height);
      expect(lines).toHaveLength(height);
      for (const line of lines) expect(lineWidth(line)).toBeLessThanOrEqual(columns);
      expect(plainText(lines.map(line => [{ text: toAscii(line.map(({ text }) => text).join('')) }]))).toMatch(/^[\x20-\x7e\n]*$/);
    }
  });

  test('all 19 channels at 80×24, and each is named', () => {
    expect(channelRoom(trace, 19)).toBe(19);
    const labels = plainText(traceLines(trace, firstView(trace, ref, 78), 78, 19))
      .split('\n')
      .slice(0, 15)
      .flatMap(text => (text.split(' ')[0] ?? '').split('/'));
    expect(labels).toEqual(trace.channels);
    expect(scaleWords(trace, firstView(trace, ref, 78), 78, 19)).toBe('15 of 150 s · 100 µV · threshold 0.62');
  });

  test('where they do not fit, it says which are shown, and the others are scrolled to', () => {
    const room = channelRoom(trace, 10);
    expect(room).toBeLessThan(19);
    const first = firstView(trace, ref, 78);
    expect(scaleWords(trace, first, 78, 10)).toContain(`1–${room} of 19 channels`);
    const last = scrolled(trace, first, 100, room);
    expect(plainText(traceLines(trace, last, 78, 10))).toMatch(/T6/);
    expect(scrolled(trace, last, -100, room)).toEqual(first);
  });
});

describe('the window', () => {
  const first = firstView(trace, ref, 78);

  test('begins with the event in its first half', () => {
    expect(first.seconds).toBe(15);
    expect(ref.start - first.from).toBeCloseTo(15 / 4);
  });

  test('stays within what is kept', () => {
    const end = trace.start + trace.seconds;
    expect(moved(trace, first, -100).from).toBe(trace.start);
    const last = moved(trace, first, 100);
    expect(last.from + last.seconds).toBeCloseTo(end);
    expect(moved(trace, first, 0.25).from - first.from).toBeCloseTo(3.75);
  });

  test('is zoomed around its middle, from a second to all of it', () => {
    const closer = zoomed(trace, first, true);
    expect(closer.seconds).toBe(10);
    expect(closer.from + 5).toBeCloseTo(first.from + 7.5);
    let wide = first;
    for (let n = 0; n < 20; n++) wide = zoomed(trace, wide, false);
    expect(wide).toMatchObject({ from: trace.start, seconds: trace.seconds });
    let close = first;
    for (let n = 0; n < 20; n++) close = zoomed(trace, close, true);
    expect(close.seconds).toBe(1);
  });

  test('gain halves or doubles, or so, the microvolts between channels', () => {
    expect([gained(first, true).spacing, first.spacing, gained(first, false).spacing]).toEqual([50, 100, 200]);
    expect(gained({ ...first, spacing: 5 }, true).spacing).toBe(5);
  });
});
