import { expect, test } from 'vitest';
import { plainText } from '../../../../screens/app/text.ts';
import { resultLines } from '../../../../screens/workloads/bench/result-lines.ts';
import { seriesOf } from '../../../../screens/workloads/bench/series-order.ts';
import type { Point } from '../../../../src/workloads/bench/events.ts';
import { finished, start } from '../../support/states.ts';

const told = (point: Point): Point => ({ ...point, qps_interval: [point.qps * 0.5, point.qps * 1.5], interval_level: 0.95 });

const shown = (change: (point: Point) => Point, columns: number, height: number): string => {
  const state = finished('bench-aaaaaa');
  const points = state.results.points.map(point => change(told(point)));
  const lines = resultLines(
    { ...state, results: { points } },
    { points, heading: [] } as never,
    seriesOf(state),
    'both',
    0,
    start,
    columns,
    height,
  );
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

test('an own file stands first, with how it did against what was measured beside it, at every size', () => {
  const state = finished('bench-aaaaaa');
  const source = { file: 'mine.cpp', sha256: '3'.repeat(64), from: '/home/you/mine.cpp' };
  const points = [...state.results.points, { ...(state.results.points[0] as Point), impl: 'mine', recall: 1, qps: 100, qps_median: 100 }];
  const implementations = [...state.spec.implementations, { name: 'mine', build: {}, search: [{}], source }];
  const own = { ...state, spec: { ...state.spec, implementations }, results: { points } };
  for (const [columns, height] of [
    [78, 20],
    [58, 20],
    [118, 36],
  ] as const) {
    const lines = resultLines(own, { points, heading: [] } as never, seriesOf(own), 'both', 0, start, columns, height);
    const text = plainText(lines.map(line => (Array.isArray(line) ? line : [line])) as never);
    expect(text.replaceAll(/\s+/g, ' ')).toMatch(/mine against hnsw at equal recall: slower at 0\.90 \(hnsw is \d+× as fast\)/);
    expect(text).toMatch(/at recall +. mine .*× hnsw/);
    for (const row of text.split('\n')) expect(row.length).toBeLessThanOrEqual(columns);
  }
});

test('in a low window the empty rows give way to the plot', () => {
  const noisy = (point: Point) => ({ ...point, noisy: true, spread: 0.31, rules_differ: 0.002 });
  const rows = shown(noisy, 58, 20);
  expect(rows).toContain('┤');
  expect(rows.split('\n').length).toBeLessThanOrEqual(20);
});

test('data on which the two rules of recall differ are named at the result, at every size; an old run says which it has', () => {
  const differing = (point: Point) => ({ ...point, rules_differ: 0.004 });
  const constant = (point: Point) => (point.impl === 'naive' ? { ...point, recall: 0.0003, recall_tolerant: 1, rules_differ: 1 } : point);
  const older = ({ recall_tolerant: _, ...rest }: Point): Point => rest;
  for (const [columns, height] of [
    [78, 20],
    [58, 16],
    [118, 36],
  ] as const) {
    const words = (change: (point: Point) => Point) => shown(change, columns, height).replaceAll(/\s+/g, ' ');
    expect(words(point => point)).not.toContain('recall is strict');
    const note = "recall is strict; by ann-benchmarks' tolerance of 0.001 it can be";
    expect(words(differing)).toContain(`${note} 0.004 higher here`);
    expect(words(constant)).toContain(`! ${note} 1.000 higher here: naive 0.0003 would be 1.0000`);
    expect(words(older)).toContain("! recall by ann-benchmarks' tolerance of 0.001, as older versions counted it; it may be too high");
  }
});
