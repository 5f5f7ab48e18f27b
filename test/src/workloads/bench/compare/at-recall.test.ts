import { describe, expect, test } from 'vitest';
import { atRecall, qpsAt } from '../../../../../src/workloads/bench/compare/at-recall.ts';
import { paretoFront } from '../../../../../src/workloads/bench/compare/pareto.ts';
import { point } from './support/runs.ts';

const pair = (recall: number, qps: number) => ({ recall, qps });

describe('the front', () => {
  test('drops what another point beats in both, and doubles', () => {
    const points = [pair(0.9, 100), pair(0.95, 90), pair(0.92, 80), pair(0.95, 90), pair(0.5, 100), pair(1, 10)];
    expect(paretoFront(points)).toEqual([pair(0.9, 100), pair(0.95, 90), pair(1, 10)]);
  });

  test('of nothing is nothing; a figure that is none is left out', () => {
    expect(paretoFront([])).toEqual([]);
    expect(paretoFront([pair(0.9, Number.NaN)])).toEqual([]);
  });
});

describe('QPS at a recall', () => {
  const front = [pair(0.9, 10_000), pair(0.99, 100)];

  test('is the measured one at a measured recall', () => {
    expect(qpsAt(front, 0.9)).toBe(10_000);
    expect(qpsAt(front, 0.99)).toBe(100);
  });

  test('lies on a line of log QPS by logit recall between two points', () => {
    // logit 0.9 = ln 9, logit 0.99 = ln 99: half-way is a recall whose odds are √(9 · 99).
    const odds = Math.sqrt(9 * 99);
    expect(qpsAt(front, odds / (1 + odds))).toBeCloseTo(1000, 6);
  });

  test('goes by recall itself where an end is exact and has no logit', () => {
    expect(qpsAt([pair(0.9, 10_000), pair(1, 100)], 0.95)).toBeCloseTo(1000, 6);
    expect(qpsAt([pair(0, 10_000), pair(0.5, 100)], 0.25)).toBeCloseTo(1000, 6);
  });

  test('never leaves the two neighbours', () => {
    for (let level = 0.9; level <= 0.99; level += 0.001) {
      const qps = qpsAt(front, level) ?? 0;
      expect(qps).toBeGreaterThanOrEqual(100);
      expect(qps).toBeLessThanOrEqual(10_000);
    }
  });

  test('is never extrapolated: above every point there is none, below every point the fastest serves', () => {
    expect(qpsAt(front, 0.991)).toBeUndefined();
    expect(qpsAt(front, 0.1)).toBe(10_000);
    expect(qpsAt([], 0.9)).toBeUndefined();
  });

  test('says which setting has it, and how high the recall goes where none has', () => {
    const points = [point('hnsw', { ef: 10 }, 0.8, 4000), point('hnsw', { ef: 20 }, 0.95, 2000)];
    expect(atRecall(points, 0.9)).toMatchObject({ reached: true, between: true, point: { params: { ef: 20 } } });
    expect(atRecall(points, 0.95)).toMatchObject({ reached: true, between: false, qps: { value: 2000 } });
    expect(atRecall(points, 0.99)).toEqual({ reached: false, level: 0.99, best: 0.95 });
  });
});
