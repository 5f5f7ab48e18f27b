import { expect, test } from 'vitest';
import { limitSeconds } from '../../../src/metering/budget.ts';
import {
  budgetSeconds,
  containersOf,
  costRange,
  finishOf,
  fullRate,
  partCount,
  suggestedBudget,
} from '../../../src/metering/cloud-cost.ts';
import { cloudSpec, spec } from '../../screens/support/states.ts';

test('the rate is that of everything that runs: containers and coordinator', () => {
  expect(fullRate(spec)).toBe(0);
  expect(fullRate(cloudSpec({ containers: 2 }))).toBeCloseTo(2 * 1.7654 + 0.0317, 10);
});

test('more containers than parts are not billed, for they are not started', () => {
  const wide = cloudSpec({ containers: 9 });
  expect(partCount(wide)).toBe(2);
  expect(containersOf(wide)).toBe(2);
});

test('a range of time is a range of cost', () => {
  const { low, likely, high } = costRange(cloudSpec({ containers: 1 }), { seconds: { low: 1800, likely: 3600, high: 7200 } });
  expect([low, likely, high].map(value => value.toFixed(4))).toEqual(['0.8986', '1.7971', '3.5942']);
});

test('where the parts were looked at, the cost is theirs', () => {
  const dollars = { low: 0.1, likely: 0.2, high: 0.3 };
  expect(costRange(cloudSpec({}), { seconds: { low: 1, likely: 2, high: 3 }, cloud: { dollars } })).toBe(dollars);
});

test('parts are shared by containers, in their order', () => {
  const parts = [5, 3, 2, 4];
  expect(finishOf([], parts, 1)).toBe(14);
  expect(finishOf([], parts, 2)).toBe(9);
  expect(finishOf([], parts, 9)).toBe(5);
  expect(finishOf([], [], 3)).toBe(0);
});

test('a budget lasts so long, and no run longer than its timer or a day', () => {
  expect(budgetSeconds(cloudSpec({ containers: 1, budget: null }))).toBeUndefined();
  expect(budgetSeconds(cloudSpec({ containers: 1, budget: 1.7971 }))).toBeCloseTo(3600, 6);
  expect(limitSeconds(cloudSpec({ containers: 1 }))).toBe(86_400);
  expect(limitSeconds({ ...cloudSpec({ containers: 1 }), timeout: 1800 })).toBe(1800);
  expect(limitSeconds({ ...cloudSpec({ containers: 1, budget: 0.45 }), timeout: 1800 })).toBe(609);
});

test.each([
  [0, 1],
  [0.5, 1],
  [0.6, 2],
  [2.5, 5],
  [2.6, 10],
  [30, 100],
])('a run of up to $%d gets a budget of $%d', (high, budget) => {
  expect(suggestedBudget(high)).toBeCloseTo(budget, 9);
});
