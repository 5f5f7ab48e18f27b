/**
 * The supervisor's own guard of a budget, for a job that does not keep it: it is asked to leave, then ended. The job's part is tried where the job is
 * (test/stand-in/test_budget_app.py). Rates are such that a second costs ten cents.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { meter } from '../../../../src/metering/meter.ts';
import { createModalClient } from '../../../../src/modal-client/index.ts';
import { readMoment } from '../../../../src/process/moment.ts';
import type { RunState } from '../../../../src/runs/state.ts';
import { createRun, openRun, requestBudget, requestResume, requestStop } from '../../../../src/runs/store.ts';
import { adoptFromModal } from '../../../../src/targets/modal/adopt.ts';
import type { BenchSpec } from '../../../../src/workloads/bench/spec.ts';
import { pointsOf } from '../../../support/bench-run.ts';
import { until } from '../../../support/until.ts';
import { journalOf, untilState } from '../../runs/support/bench.ts';
import { type Cloud, modalHome, modalSpec, openCloud, type TinyJob } from './support/bench.ts';

let cloud: Cloud;
beforeAll(async () => {
  cloud = await openCloud();
});
afterAll(async () => {
  await cloud?.close();
});

const perSecond = 0.1;
/** Dollars that are never used up here. */
const plenty = 1000;

const dear = (budget: number): BenchSpec => {
  const { cloud: plan, ...spec } = modalSpec({ budget });
  if (plan === undefined) throw new Error('a run on Modal has a plan');
  return { ...spec, cloud: { ...plan, coordinator: { ...plan.coordinator, dollarsPerHour: perSecond * 3600 } } };
};

/** Launched, at work, and from now on only so much richer. */
const withOnly = async (more: number, job: TinyJob) => {
  const run = createRun(dear(plenty));
  const { gone } = cloud.supervise(run, job);
  const state = await untilState(run, 'a point', state => pointsOf(state).length > 0);
  const budget = meter(state, readMoment()).billed + more;
  requestBudget(run, budget);
  return { run, budget, gone };
};

/** By the stand-in's own book, at the rates of the spec. */
const billed = async ({ handle }: RunState): Promise<number> => {
  if (handle === undefined || !('app' in handle)) throw new Error('it was never launched');
  const { rows } = (await cloud.standIn.admin(`bill?app=${handle.app}`)) as { rows: readonly { since: number; until: number }[] };
  return rows.reduce((sum, { since, until }) => sum + (until - since) * perSecond, 0);
};

const poll = 2 * perSecond;

/** The meter is right within one hundredth, or a second of the rate. */
const expectMetered = (state: RunState, bill: number): void =>
  expect(Math.abs(meter(state, readMoment()).billed - bill)).toBeLessThanOrEqual(Math.max(0.01 * bill, perSecond));

it('asks a job to leave that cannot count, and takes it up again with more', async () => {
  const { run, budget, gone } = await withOnly(3, { events: 500, pace: 0.2 });
  await gone;
  const state = openRun(run).refresh();
  expect(state).toMatchObject({ outcome: 'budget', exitCode: 4, stopReason: 'budget', budget });
  expect(state.failure).toMatchObject({
    what: expect.stringMatching(/^The budget of \$.* is used up$/),
    kept: expect.stringContaining('points'),
  });
  expect(state.failure?.hint).toMatch(new RegExp(`^ann-tui resume ${run} --budget [\\d.]+$`));
  expect(await billed(state)).toBeLessThanOrEqual(budget + poll);
  expectMetered(state, await billed(state));

  expect(() => requestResume(run)).toThrow(/would be gone before the first point/);
  expect(() => requestBudget(run, plenty)).toThrow(/is over/);
  requestResume(run, { budget: plenty });
  expect((await cloud.supervise(run, { events: 2, pace: 0.1 }).gone).code).toBe(0);
  expect(openRun(run).refresh()).toMatchObject({ outcome: 'done', exitCode: 0, attempt: 2, budget: plenty });
  expect(meter(openRun(run).refresh(), readMoment()).billed).toBeGreaterThan(await billed(state));
});

it('ends an app whose job hangs when its money is gone', async () => {
  const { run, budget, gone } = await withOnly(2.5, { events: 1, end: 'hang' });
  await gone;
  const state = openRun(run).refresh();
  expect(state).toMatchObject({ outcome: 'budget', exitCode: 4 });
  expect(pointsOf(state)).toHaveLength(1);
  expect(await billed(state)).toBeLessThanOrEqual(budget + poll);
  expectMetered(state, await billed(state));
  expect(journalOf(run).filter(({ kind }) => kind === 'stop_requested')).toHaveLength(1);
});

it('is known on a second laptop with what was spent before, and with the budget as it was raised', async () => {
  const run = createRun(dear(plenty));
  const first = cloud.supervise(run, { events: 500, pace: 0.2 });
  await untilState(run, 'a point', state => pointsOf(state).length > 0);
  requestStop(run);
  await first.gone;
  const before = await billed(openRun(run).refresh());
  expect(before).toBeGreaterThan(0);
  requestResume(run, { budget: 2 * plenty });
  const second = cloud.supervise(run, { events: 500, pace: 0.2 });
  await untilState(run, 'the second attempt', ({ attempt, status }) => attempt === 2 && status === 'running');
  await untilState(run, 'its points', state => pointsOf(state).length > 1);
  requestBudget(run, 3 * plenty);
  const asking = createModalClient({});
  const firstHome = process.env.ANN_TUI_HOME ?? '';
  try {
    await until('the word of it', async () => (await asking.controlGet('ann-tui-control', run))?.budget === 3 * plenty || undefined);
    const elsewhere = modalHome();
    try {
      await adoptFromModal(run, { client: asking, profile: null, environment: null, resultsVolume: 'ann-results' });
      const adopted = openRun(run).refresh();
      expect(adopted).toMatchObject({ attempt: 2, budget: 3 * plenty });
      expectMetered(adopted, before);
      const { gone } = cloud.supervise(run, {});
      requestStop(run);
      await gone;
      const state = openRun(run).refresh();
      expect(state.outcome).toBe('stopped');
      expectMetered(state, before + (await billed(state)));
      expect(() => requestResume(run, { budget: before / 2 })).toThrow(/before the first point|spent/);
    } finally {
      elsewhere();
      process.env.ANN_TUI_HOME = firstHome;
    }
  } finally {
    await asking.close();
  }
  await second.gone;
});

it('refuses a budget below what is spent', async () => {
  const { run, gone } = await withOnly(plenty, { events: 30, pace: 0.2 });
  expect(() => requestBudget(run, 1e-6)).toThrow(/are spent already/);
  await gone;
  expect(openRun(run).refresh()).toMatchObject({ outcome: 'done', results: { points: { length: 30 } } });
});
