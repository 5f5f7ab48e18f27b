import { expect, test } from 'vitest';
import { estimate } from '../../../src/money/estimate.ts';
import { meter } from '../../../src/money/meter.ts';
import type { BenchSpec } from '../../../src/runs/spec.ts';
import type { RunState } from '../../../src/runs/state.ts';

const hour = 3_600_000;
const spec: BenchSpec = {
  v: 1,
  kind: 'bench',
  target: 'local',
  datasets: [{ name: 'quick', url: null }],
  implementations: [{ name: 'hnsw', build: { M: 16, efConstruction: 200 }, search: [{ efSearch: 10 }, { efSearch: 100 }] }],
  k: 10,
  threads: 1,
  subset: null,
  repeats: 3,
  seed: 1,
  hardware: { id: 'cpu-32', label: '32 cores · 32 GiB', dollarsPerHour: 1.7696, pricesDate: '2026-09-29' },
  budget: null,
  timeout: null,
};
const state: RunState = {
  run: 'bench-abc123',
  spec,
  status: 'running',
  attempt: 1,
  createdAt: 0,
  launchedAt: 1000,
  ranBefore: 0,
  phases: [],
  points: [],
  warnings: [],
  lastSeq: {},
  missingEvents: 0,
  badEvents: 0,
};
const paid = { ...spec, target: 'modal', budget: 2 } as const;

test('nothing is billed on this machine, and the meter says what it would be', () => {
  expect(meter(state, 1000 + hour)).toEqual({ seconds: 3600, billed: 0, wouldCost: 1.7696, rate: 0, live: true });
});

test('a paid run is billed by its rate, and a budget is a share', () => {
  const { billed, rate, ofBudget, live } = meter({ ...state, spec: paid }, 1000 + hour);
  expect({ billed, rate, live }).toEqual({ billed: 1.7696, rate: 1.7696, live: true });
  expect(ofBudget).toBeCloseTo(0.8848);
});

test('earlier attempts count, an ended run counts no more', () => {
  const ended: RunState = { ...state, spec: paid, status: 'ended', ranBefore: hour, endedAt: 1000 + hour };
  expect(meter(ended, 1e15)).toMatchObject({ seconds: 7200, rate: 0, live: false });
});

test('a clock set back counts nothing; a run that was never launched costs nothing', () => {
  expect(meter(state, -hour)).toMatchObject({ seconds: 0, wouldCost: 0 });
  const { launchedAt, ...unlaunched } = state;
  expect(meter({ ...unlaunched, status: 'created' }, hour)).toMatchObject({ seconds: 0, live: false });
});

const done = (seconds: number, changes: Partial<RunState> = {}): RunState => ({
  ...state,
  status: 'ended',
  outcome: 'done',
  endedAt: 1000 + seconds * 1000,
  ...changes,
});
const sizes = { dimension: 64, train: 10_000, queries: 1000, bytes: 3e6 };
const estimated = (earlier: readonly RunState[], wanted: BenchSpec = spec) => estimate(wanted, earlier, () => sizes, 2);

test('an estimate rests on equal runs of this machine that came to their end in one go', () => {
  const { seconds, basis, dollarsThere } = estimated([done(10), done(12), done(20)]);
  expect(seconds.likely).toBe(12);
  expect(seconds.low).toBeLessThanOrEqual(10);
  expect(seconds.high).toBeGreaterThanOrEqual(20);
  expect(basis).toBe('3 earlier runs like this one here');
  expect(dollarsThere).toBeCloseTo((12 / 3600) * 1.7696);
  expect(estimated([done(10)]).basis).toBe('1 earlier run like this one here');
});

test.each<readonly [string, RunState]>([
  ['stopped', done(10, { outcome: 'stopped' })],
  ['resumed', done(10, { attempt: 2 })],
  ['with other settings', done(10, { spec: { ...spec, repeats: 5 } })],
  ['of another subset', done(10, { spec: { ...spec, subset: 100 } })],
  ['on another target', done(10, { spec: paid })],
  ['still running', state],
])('a run that was %s says nothing', (_name, other) => expect(estimated([other]).basis).toBe('rough: from dataset size'));

test('the price and the limits of a run do not make it another one', () => {
  const priced = { ...spec, timeout: 60, hardware: { ...spec.hardware, id: 'cpu-8', dollarsPerHour: 0.63 } };
  expect(estimated([done(10)], priced).basis).toMatch(/1 earlier run/);
});

test('a rough estimate grows with the work and is wide', () => {
  const likely = (wanted: BenchSpec) => estimated([], wanted).seconds.likely;
  expect(likely({ ...spec, subset: 100 })).toBeLessThan(likely(spec));
  expect(likely({ ...spec, repeats: 30 })).toBeGreaterThan(likely(spec));
  expect(likely({ ...spec, datasets: [...spec.datasets, ...spec.datasets] })).toBeGreaterThan(likely(spec));
  const { low, likely: middle, high } = estimated([]).seconds;
  expect(middle / low).toBeCloseTo(3);
  expect(high / middle).toBeCloseTo(3);
});
