import { expect, test } from 'vitest';
import {
  backstop,
  budgetObstacle,
  budgetStanding,
  dueWarning,
  judgeBudget,
  launchBudget,
  leastBudget,
  warningLevel,
} from '../../../src/metering/budget.ts';
import { fullRate } from '../../../src/metering/cloud-cost.ts';
import { cloudSpec, spec } from '../../screens/support/states.ts';

const look = { budget: 1, rate: 3600, leave: 0.1, poll: 0.2 };

test('a job leaves while there is still money for the way out', () => {
  expect(judgeBudget({ ...look, budget: 100, spent: 60, leave: 10, poll: 2 })).toBe('go-on');
  expect(judgeBudget({ ...look, budget: 100, spent: 88, leave: 10, poll: 2 })).toBe('leave');
  expect(judgeBudget({ ...look, budget: 100, spent: 99.5, leave: 10, poll: 2 })).toBe('end');
});

test('nothing is decided without a budget; nothing that is billed never spends it', () => {
  expect(judgeBudget({ ...look, budget: null, spent: 1e9 })).toBe('go-on');
  expect(judgeBudget({ ...look, spent: 0.99, rate: 0 })).toBe('go-on');
  expect(judgeBudget({ ...look, spent: 1, rate: 0 })).toBe('end');
});

/** The job looks, decides, and needs its time to leave: what is billed in the end. */
const billed = (budget: number, rate: number, leave: number, took: number, beginAt = 0): number => {
  const perSecond = rate / 3600;
  for (let seconds = beginAt; ; seconds += 2) {
    const spent = seconds * perSecond;
    const verdict = judgeBudget({ budget, spent, rate, leave });
    if (verdict === 'end') return spent + perSecond;
    if (verdict === 'leave') return Math.min(spent + took * perSecond, Math.max(spent, budget) + 2 * perSecond);
  }
};

test.each([
  [0.5, 1.77, 12],
  [2, 7.1, 15],
  [50, 4.4, 9],
  [0.02, 1.77, 15],
])('of a budget of $%d at $%d an hour no more than it is billed when leaving takes %d s', (budget, rate, took) => {
  for (let beginAt = 0; beginAt < 2; beginAt += 0.25) expect(billed(budget, rate, 15, took, beginAt)).toBeLessThanOrEqual(budget);
});

test('warnings come at a half, four fifths and nineteen twentieths, once each, and anew when the budget was raised', () => {
  expect([0.4, 0.5, 0.79, 0.8, 0.95, 3].map(spent => warningLevel(spent, 1))).toEqual([0, 0.5, 0.5, 0.8, 0.95, 0.95]);
  expect(dueWarning(0.6, 1, 0)).toBe(0.5);
  expect(dueWarning(0.6, 1, 0.5)).toBeUndefined();
  expect(dueWarning(0.96, 1, 0.5)).toBe(0.95);
  expect(dueWarning(0.96, 2, 0)).toBeUndefined();
  expect(dueWarning(1.7, 2, 0.5)).toBe(0.8);
  expect(dueWarning(9, null, 0)).toBeUndefined();
});

test.each([1, 4])('even when %d containers start as slowly as they may and hang, the budget holds', containers => {
  const wide = { ...cloudSpec({ containers, budget: 3 }), implementations: spec.implementations.flatMap(one => [one, one]) };
  for (const spent of [0, 1.2]) {
    const timers = backstop(wide, { spent });
    if (timers === undefined) throw new Error('too small');
    const lead = 0.0317;
    const parts = (fullRate(wide) - lead) * (timers.startup + timers.timeout + 30);
    const worst = spent + (parts + lead * (timers.startup + timers.coordinator + 30)) / 3600;
    expect(worst).toBeLessThanOrEqual(3 + 1e-9);
    // Nothing of it is wasted but parts of a second, and what the leading may not take anyway.
    expect(parts / 3600 + spent).toBeGreaterThan(0.9 * 3 - (2 * fullRate(wide)) / 3600);
    expect(timers.coordinator).toBeGreaterThan(timers.timeout + timers.startup);
  }
});

test('the server keeps the timer that was asked for, and its own longest', () => {
  expect(backstop(cloudSpec({ budget: null }))).toEqual({ timeout: 86_400, startup: 900, coordinator: 86_400 });
  expect(backstop({ ...cloudSpec({ budget: 1000 }), timeout: 600 })).toMatchObject({ timeout: 600, startup: 900 });
  expect(backstop(cloudSpec({ budget: 1000 }))?.timeout).toBe(86_400);
});

test('a budget that is gone before the job could begin is refused, and the least is told', () => {
  expect(backstop(cloudSpec({ budget: 0.02 }))).toBeUndefined();
  const least = leastBudget(cloudSpec());
  expect(backstop(cloudSpec({ budget: least }))?.timeout).toBeGreaterThanOrEqual(59);
  expect(least).toBeCloseTo((150 / 3600) * (fullRate(cloudSpec()) + 4 * 0.0317), 12);
  expect(backstop(cloudSpec({ budget: 1 }), { spent: 0.99 })).toBeUndefined();
  expect(budgetObstacle(cloudSpec({ budget: 1 }))).toBeUndefined();
  expect(budgetObstacle(spec)).toBeUndefined();
  expect(budgetObstacle(cloudSpec({ budget: 0.02 }))).toMatchObject({
    exitCode: 2,
    failure: {
      what: 'A budget of $0.0200 would be gone before the first point',
      why: 'with 1 × 32 cores · 32 GiB the least is $0.0900',
      hint: '--budget 0.09',
    },
  });
  expect(budgetObstacle(cloudSpec({ budget: 1 }), { spent: 0.99, budget: 1.03 })?.failure.why).toMatch(
    /0\.99.* of it are spent; .*the least is \$1\.08/,
  );
  expect(budgetObstacle(cloudSpec({ budget: 1 }), { spent: 0.99, budget: 1.08 })).toBeUndefined();
});

test('a standing says how long the rest lasts', () => {
  expect(budgetStanding(2, 1.6, 3.6)).toEqual({
    budget: 2,
    spent: 1.6,
    left: 0.3999999999999999,
    share: 0.8,
    lasts: expect.closeTo(400, 6),
    warning: 0.8,
  });
  expect(budgetStanding(2, 3, 0)).toMatchObject({ left: 0, lasts: Number.POSITIVE_INFINITY, warning: 0.95 });
});

test('the job is told all it needs to keep the budget alone', () => {
  expect(launchBudget(cloudSpec({ budget: null }), { spent: 0 })).toBeNull();
  expect(launchBudget({ ...spec, budget: 2 }, { spent: 0 })).toBeNull();
  expect(launchBudget(cloudSpec({ budget: 2 }), { spent: 0.3, budget: 5, boots: [4, 9] })).toEqual({
    dollars: 5,
    spent: 0.3,
    worker_rate: 1.7654,
    coordinator_rate: 0.0317,
    poll: 2,
    leave: 15,
    boot: 9,
    exit: 3,
    startup: backstop(cloudSpec({ budget: 2 }), { spent: 0.3, budget: 5 })?.startup,
  });
});
