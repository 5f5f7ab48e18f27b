import { describe, expect, test } from 'vitest';
import { atRecallLines, qpsAt, ratioText } from '../../screens/at-recall.ts';
import { plainText } from '../../screens/text.ts';
import { points } from './support/states.ts';

describe('QPS at a recall', () => {
  const two = [
    { recall: 0.9, qps: 10_000 },
    { recall: 1, qps: 100 },
  ];

  test('is log-linear between measured points', () => {
    expect(qpsAt(two, 0.95)).toBeCloseTo(1000);
  });

  test('is the measured value at a measured recall', () => {
    expect(qpsAt(two, 0.9)).toBe(10_000);
    expect(qpsAt(two, 1)).toBe(100);
  });

  test('below the lowest recall the fastest point serves', () => {
    expect(qpsAt(two, 0.5)).toBe(10_000);
  });

  test('is nothing where the recall was never reached', () => {
    expect(qpsAt([{ recall: 0.8, qps: 5 }], 0.9)).toBeUndefined();
    expect(qpsAt([], 0.9)).toBeUndefined();
  });
});

test('the table', () => {
  expect(plainText(atRecallLines(points, ['hnsw', 'naive'], 78))).toMatchInlineSnapshot(`
    "at recall       ● hnsw     ◆ naive     × naive
    0.90            34,446       1,042       33.1×
    0.95            23,061       1,042       22.1×
    0.99            10,569       1,042       10.1×
    0.999            3,733       1,042       3.58×"
  `);
});

test('ratios keep three digits', () => {
  expect([0.987, 1.24, 12.34, 345.6].map(ratioText)).toEqual(['0.99×', '1.24×', '12.3×', '346×']);
});
