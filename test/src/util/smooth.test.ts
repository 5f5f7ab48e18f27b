import { describe, expect, test } from 'vitest';
import { isNoisy, smoothed } from '../../../src/util/smooth.ts';

const many = (count: number, of: (n: number) => number): readonly number[] => Array.from({ length: count }, (_, n) => of(n));

describe('smoothing', () => {
  test('keeps what does not change, and follows a slope without lagging behind', () => {
    expect(smoothed([3, 3, 3])).toEqual([3, 3, 3]);
    const slope = many(400, n => n);
    expect(smoothed(slope)[200]).toBeCloseTo(200);
    const step = smoothed(many(400, n => (n < 200 ? 0 : 1)));
    expect([step[150], step[250]]).toEqual([0, 1]);
    expect(step[200]).toBeCloseTo(0.5, 1);
  });

  test('takes noise away and passes over gaps', () => {
    const still = smoothed(many(500, n => 1 + (n % 2 === 0 ? 0.5 : -0.5)));
    expect(Math.max(...still) - Math.min(...still)).toBeLessThan(0.1);
    expect(smoothed(many(100, n => (n === 50 ? Number.NaN : 2)))).toEqual(many(100, n => (n === 50 ? Number.NaN : 2)));
    expect(smoothed([])).toEqual([]);
  });
});

test('noisy is what goes up and down again and again, not what rises and falls once', () => {
  expect(isNoisy(many(300, n => Math.sin(n * 2.1)))).toBe(true);
  expect(isNoisy(many(300, n => Math.min(n / 30, 1) * Math.cos(n / 200)))).toBe(false);
  expect(isNoisy([1, 1, 1])).toBe(false);
  expect(isNoisy([])).toBe(false);
});
