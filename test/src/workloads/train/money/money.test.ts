/** What a training's money bought. */
import { expect, test } from 'vitest';
import { trainLines } from '../../../../../src/workloads/train/cli/lines.ts';
import { compareTrainings } from '../../../../../src/workloads/train/compare.ts';
import { moneyOf } from '../../../../../src/workloads/train/money/money.ts';
import { bestCheckpoint } from '../../../../../src/workloads/train/results.ts';
import type { TrainRun } from '../../../../../src/workloads/train/spec.ts';
import { begun, paidMoment, paidRates, paidState, trainState } from '../../../../support/training.ts';

const dollars = (worker: number, coordinator: number): number => (worker * paidRates.worker + coordinator * paidRates.coordinator) / 3600;
const live = paidState('train-aaaaaa', { step: 190, live: true });
/** Seconds from the run's beginning to the checkpoint that was the best when it was written. */
const secondsToBest = (run: TrainRun): number => (bestCheckpoint(run.results, run.spec.seeds[0] ?? 0)?.time ?? 0) - begun / 1000;

test('an epoch is as many windows as the train split has, at the mean speed, on the container and its coordinator', () => {
  // 100 patients of 150 s in windows of 30 s, 32 a step.
  const { epoch } = moneyOf(live, paidMoment(260));
  expect(epoch?.steps).toBeCloseTo(500 / 32, 12);
  const rate = 500 / (epoch?.seconds ?? 0);
  expect(rate).toBeGreaterThan(61);
  expect(rate).toBeLessThan(65);
  expect(epoch?.dollars).toBeCloseTo(((epoch?.seconds ?? 0) * (paidRates.worker + paidRates.coordinator)) / 3600, 12);
});

test('to the best: what was billed until its checkpoint was written; since then: the rest', () => {
  const { gained } = moneyOf(live, paidMoment(260));
  const best = secondsToBest(live);
  expect(gained?.toBest).toBeCloseTo(dollars(best - 20, best - 10), 12);
  expect(gained?.sinceGain).toBeCloseTo(dollars(260 - best, 260 - best), 12);
  expect(gained?.estimate).toBe(false);
  // Of a run that is over nothing is added any more.
  const over = moneyOf(paidState('train-aaaaaa'), 1e15).gained;
  expect((over?.toBest ?? 0) + (over?.sinceGain ?? 0)).toBeCloseTo(dollars(211, 221), 12);
});

test('of several seeds the best of all; an earlier attempt is in what was billed until then', () => {
  const { results, ...run } = paidState('train-aaaaaa', { seeds: [0, 1], step: 60, live: true });
  const series = results.series.map(one =>
    one.name === 'dev_auroc' ? { ...one, values: one.values.map(value => value - one.seed) } : one,
  );
  const worse = { ...run, results: { ...results, series } };
  expect(moneyOf(worse, paidMoment(260)).gained?.toBest).toBeCloseTo(dollars(secondsToBest(worse) - 20, secondsToBest(worse) - 10), 12);
  const first = {
    task: 'ta-9',
    attempt: 1,
    role: 'worker',
    assignedAt: begun - 200_000,
    startedAt: begun - 190_000,
    finishedAt: begun - 100_000,
  };
  const again = { ...live, attempt: 2, containers: [first, ...(live.containers ?? [])] };
  const extra = (moneyOf(again, paidMoment(260)).gained?.toBest ?? 0) - (moneyOf(live, paidMoment(260)).gained?.toBest ?? 0);
  expect(extra).toBeCloseTo(dollars(100, 0), 12);
});

test('a container’s clock ahead of the control plane’s makes the best no dearer than all of it', () => {
  const early = paidMoment(231);
  const { gained } = moneyOf(
    { ...live, results: { ...live.results, checkpoints: live.results.checkpoints.map(one => ({ ...one, time: one.time + 9999 })) } },
    early,
  );
  expect(gained?.sinceGain).toBe(0);
  expect(gained?.toBest).toBeCloseTo(dollars(211, 221), 12);
});

test('what is not known is not told: no best yet, no speed yet, nobody counted the recordings, a check', () => {
  expect(
    moneyOf(paidState('train-aaaaaa', { step: 3, live: true, training: { evaluate_every: 200, checkpoint_every: 200 } }), paidMoment(240))
      .gained,
  ).toBeUndefined();
  expect(moneyOf(paidState('train-aaaaaa', { step: 0, live: true }), paidMoment(240)).epoch?.seconds).toBeUndefined();
  const uncounted = { ...live.spec, data: live.spec.data.map(one => ({ ...one, splits: [] })) };
  expect(moneyOf({ ...live, spec: uncounted }, paidMoment(260)).epoch).toBeUndefined();
  expect(moneyOf({ ...live, spec: { ...live.spec, check: true } }, paidMoment(260)).epoch).toBeUndefined();
});

test('on this machine an epoch has its time, and nothing has a price', () => {
  const run = trainState('train-aaaaaa', { judged: true });
  expect(moneyOf(run, begun)).toEqual({ epoch: { steps: expect.closeTo(500 / 32, 9), seconds: expect.any(Number) } });
  expect(trainLines.bought?.(run, begun).line).toMatch(/^an epoch \(15\.6 steps\) 8s$/);
});

test('plain lines, record, comparison', () => {
  const told = trainLines.bought?.(live, paidMoment(260));
  expect(told?.line).toMatch(
    /^an epoch \(15\.6 steps\) 8s, \$0\.00\d\d · to the best checkpoint \$0\.\d{4} · since the last gain \$0\.\d{4}$/,
  );
  expect(Object.keys(told?.record ?? {})).toEqual([
    'steps_per_epoch',
    'seconds_per_epoch',
    'dollars_per_epoch',
    'dollars_to_best',
    'dollars_since_gain',
  ]);
  // Nothing was heard since this machine started: the wall clock has to do.
  expect(trainLines.bought?.(live, begun + 260_000).line).toMatch(/best checkpoint ≈ \$0\.\d{4} · since the last gain ≈ \$/);
  expect(trainLines.bought?.(trainState('train-aaaaaa'), 0).record).toMatchObject({ dollars_per_epoch: null, dollars_to_best: null });
  const both = compareTrainings(paidState('train-aaaaaa', { judged: true }), trainState('train-bbbbbb', { judged: true }), begun);
  expect(both.a).toMatchObject({
    epochDollars: expect.any(Number),
    toBest: expect.any(Number),
    sinceGain: expect.any(Number),
    estimate: false,
  });
  expect(both.b).not.toHaveProperty('toBest');
});
