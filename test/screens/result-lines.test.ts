import { expect, test } from 'vitest';
import { resultLines } from '../../screens/result-lines.ts';
import { seriesOf } from '../../screens/run-facts.ts';
import { plainText } from '../../screens/text.ts';
import type { Point } from '../../src/events/event.ts';
import { finished, start } from './support/states.ts';

const told = (point: Point): Point => ({ ...point, qps_interval: [point.qps * 0.5, point.qps * 1.5], interval_level: 0.95 });

const shown = (change: (point: Point) => Point, columns: number, height: number): string => {
  const state = finished('bench-aaaaaa');
  const points = state.points.map(point => change(told(point)));
  const lines = resultLines({ ...state, points }, { points, heading: [] } as never, seriesOf(state), 'both', 0, start, columns, height);
  return plainText(lines.map(line => (Array.isArray(line) ? line : [line])) as never);
};

test('the first result says what from–to and ≈ mean, and of a quiet run nothing more; the plot stays', () => {
  const text = shown(point => point, 78, 20);
  expect(text).toContain('From–to: 95 % interval. ≈: it contains 1, which one is faster was not measured');
  expect(text).not.toContain('noisy');
  expect(text).toContain('┤');
});

test('noise is said there, of one point as of many, at every size', () => {
  const noisy = (impl: string) => (point: Point) => (point.impl === impl ? { ...point, noisy: true, spread: 0.31 } : point);
  for (const [columns, height] of [
    [78, 20],
    [58, 16],
    [118, 36],
  ] as const) {
    expect(shown(noisy('naive'), columns, height).replaceAll(/\s+/g, ' ')).toContain(
      '1 of 9 points is noisy: passes agree only within 31 %',
    );
    expect(shown(noisy('hnsw'), columns, height).replaceAll(/\s+/g, ' ')).toContain(
      '8 of 9 points are noisy: passes agree only within 31 %',
    );
  }
});

test('in a low window the empty rows give way to the plot', () => {
  const noisy = (point: Point) => ({ ...point, noisy: true, spread: 0.31, rules_differ: 0.002 });
  const rows = shown(noisy, 58, 20);
  expect(rows).toContain('┤');
  expect(rows.split('\n').length).toBeLessThanOrEqual(20);
});
