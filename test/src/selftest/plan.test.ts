import { expect, test } from 'vitest';
import { loadPrices } from '../../../src/config/prices.ts';
import { containerPrice } from '../../../src/prices/container-price.ts';
import { mostDollars, planSelftest, smallTerms } from '../../../src/selftest/modal/plan.ts';

const rates = (await loadPrices()).value;

test('without a training: however slow and however hung, Modal’s own timers keep it below what is said', () => {
  const { likely, most, budget, timers, containers, cores, memoryGiB, training } = planSelftest(rates, mostDollars, false);
  const small = { gpu: null, cores, memoryGiB };
  // By hand: every container starts as slowly as it may, hangs to its timer, and stays half a minute.
  const leading = containerPrice(rates, { ...small, nonpreemptible: true }).total * (timers.startup + timers.lead + 30);
  const others = (containers - 1) * containerPrice(rates, small).total * (timers.startup + timers.probe + 30);
  expect(most).toBeCloseTo((leading + others) / 3600, 10);
  expect(most).toBeLessThanOrEqual(budget);
  expect(budget).toBe(0.1);
  expect(likely).toBeLessThan(most / 2);
  expect(training).toBeUndefined();
});

test('with one: on the cheapest GPU, for a few cents; when it is asked for, all may hang and the budget still holds', () => {
  const { likely, most, budget, timers, cores, memoryGiB, training } = planSelftest(rates, mostDollars);
  expect(training).toMatchObject({ gpu: 'T4', containers: 2 });
  expect(most).toBe(budget);
  expect(likely).toBeLessThan(0.04);
  const leading = containerPrice(rates, { gpu: null, cores, memoryGiB, nonpreemptible: true }).total * (timers.lead + 30);
  const trained = 2 * (training?.rate ?? 0) * (75 + timers.train + 30);
  expect((leading + trained) / 3600).toBeLessThan(budget);
});

test('dearer rates shorten its timers, and end in a refusal that says why, and what can be left out', () => {
  const dearer = (factor: number) => ({ ...rates, core: rates.core * factor, gib: rates.gib * factor });
  const tight = planSelftest(dearer(3.5), mostDollars, false);
  expect(tight.timers.lead).toBeLessThan(planSelftest(rates, mostDollars, false).timers.lead);
  expect(tight.most).toBeLessThanOrEqual(mostDollars);
  expect(() => planSelftest(dearer(10), mostDollars, false)).toThrow('should its dearest containers hang');
  expect(() => planSelftest(rates, 0.01, false)).toThrow('A self-test for at most $0.0100 cannot be');
  const refused = (() => {
    try {
      return planSelftest(rates, 0.05);
    } catch (error) {
      return error;
    }
  })();
  expect(refused).toMatchObject({ failure: { hint: 'ann-tui selftest --target modal --budget 0.05 --no-training' } });
  expect(planSelftest(rates, 0.05, false).most).toBeLessThanOrEqual(0.05);
});

test('the small budget of the budget check is a matter of seconds, and of a hundredth of a cent', () => {
  const { dollars, coordinator_rate } = smallTerms(planSelftest(rates, mostDollars));
  expect((dollars / coordinator_rate) * 3600).toBeCloseTo(13, 6);
  expect(dollars).toBeLessThan(0.001);
});
