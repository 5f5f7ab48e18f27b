import { expect, test } from 'vitest';
import { loadPrices } from '../../../src/config/prices.ts';
import { containerPrice } from '../../../src/prices/container-price.ts';
import { mostDollars, planSelftest, smallTerms } from '../../../src/selftest/modal/plan.ts';

test('however slow and however hung: Modal’s own timers keep a self-test below what was said', async () => {
  const rates = (await loadPrices()).value;
  const { likely, most, budget, timers, containers, cores, memoryGiB } = planSelftest(rates, mostDollars);
  const small = { gpu: null, cores, memoryGiB };
  // By hand: every container starts as slowly as it may, hangs to its timer, and stays half a minute.
  const leading = containerPrice(rates, { ...small, nonpreemptible: true }).total * (timers.startup + timers.lead + 30);
  const others = (containers - 1) * containerPrice(rates, small).total * (timers.startup + timers.probe + 30);
  expect(most).toBeCloseTo((leading + others) / 3600, 10);
  expect(most).toBeLessThanOrEqual(budget);
  expect(budget).toBe(0.1);
  expect(likely).toBeLessThan(most / 2);
});

test('dearer rates shorten its timers, and end in a refusal that says why', async () => {
  const rates = (await loadPrices()).value;
  const dearer = (factor: number) => ({ ...rates, core: rates.core * factor, gib: rates.gib * factor });
  const tight = planSelftest(dearer(1.6), mostDollars);
  expect(tight.timers.lead).toBeLessThan(planSelftest(rates, mostDollars).timers.lead);
  expect(tight.most).toBeLessThanOrEqual(mostDollars);
  expect(() => planSelftest(dearer(10), mostDollars)).toThrow('should every container hang');
  expect(() => planSelftest(rates, 0.01)).toThrow('A self-test for at most $0.0100 cannot be');
});

test('the small budget of the budget check is a matter of seconds, and of a hundredth of a cent', async () => {
  const { dollars, coordinator_rate } = smallTerms(planSelftest((await loadPrices()).value, mostDollars));
  expect((dollars / coordinator_rate) * 3600).toBeCloseTo(13, 6);
  expect(dollars).toBeLessThan(0.001);
});
