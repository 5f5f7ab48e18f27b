import { expect, test } from 'vitest';
import { estimate } from '../../../src/metering/estimate.ts';
import type { ContainerState } from '../../../src/runs/state.ts';
import type { BenchRun } from '../../../src/workloads/bench/run.ts';
import type { BenchSpec } from '../../../src/workloads/bench/spec.ts';
import { cloudSpec, created, start } from '../../screens/support/states.ts';
import { localSpec } from '../../support/spec.ts';

const spec = localSpec({
  implementations: [{ name: 'hnsw', build: { M: 16, efConstruction: 200 }, search: [{ efSearch: 10 }, { efSearch: 100 }] }],
});
const state: BenchRun = { ...created('bench-abc123'), spec, status: 'running', createdAt: 0, launchedAt: 1000 };
const paid = { ...spec, target: 'modal', budget: 2 } as const;

const done = (seconds: number, changes: Partial<BenchRun> = {}): BenchRun => ({
  ...state,
  status: 'ended',
  outcome: 'done',
  endedAt: 1000 + seconds * 1000,
  ...changes,
});
const sizes = { of: 'vectors' as const, dimension: 64, train: 10_000, queries: 1000, bytes: 3e6 };
const estimated = (earlier: readonly BenchRun[], wanted: BenchSpec = spec) =>
  estimate(wanted, earlier, () => sizes, 2, { gibMonth: 0.09, freeGiB: 1024 });

test('an estimate rests on equal runs of this machine that came to their end in one go', () => {
  const { seconds, basis, dollarsThere } = estimated([done(10), done(12), done(20)]);
  expect(seconds.likely).toBe(12);
  expect(seconds.low).toBeLessThanOrEqual(10);
  expect(seconds.high).toBeGreaterThanOrEqual(20);
  expect(basis).toBe('3 earlier runs like this one here');
  expect(dollarsThere).toBeCloseTo((12 / 3600) * 1.7696);
  expect(estimated([done(10)]).basis).toBe('1 earlier run like this one here');
});

test.each<readonly [string, BenchRun]>([
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

const at = (seconds: number): number => start + seconds * 1000;

/** A run on Modal that is over: one worker for each part, after another. */
const there = (worked: number, boot = 10, changes: Partial<BenchRun> = {}): BenchRun => {
  const container = (role: string, seconds: number): ContainerState & { readonly assignedAt: number } => ({
    task: `ta-${role}`,
    attempt: 1,
    role,
    queuedAt: at(0),
    assignedAt: at(3),
    startedAt: at(3 + boot),
    finishedAt: at(3 + boot + seconds),
  });
  return {
    ...state,
    spec: cloudSpec(),
    status: 'ended',
    outcome: 'done',
    endedAt: at(1000),
    containers: [container('coordinator', worked + 20), container('worker', worked)],
    ...changes,
  };
};
const inCloud = (earlier: readonly BenchRun[], wanted: BenchSpec = cloudSpec()) => {
  const { cloud } = estimated(earlier, wanted);
  if (cloud === undefined) throw new Error('no parts');
  return { ...cloud, of: (name: string) => cloud.parts.find(({ part }) => part === name) };
};

test('on Modal the parts are told apart; queue is free, of the image nobody knows, storage goes by the month', () => {
  const { parts, of, dollars } = inCloud([]);
  expect(parts.map(({ part, billed }) => `${part} ${billed}`)).toEqual([
    'image unknown',
    'queue no',
    'start yes',
    'run yes',
    'storage monthly',
  ]);
  expect(dollars.likely).toBeCloseTo((of('start')?.dollars.likely ?? 0) + (of('run')?.dollars.likely ?? 0), 12);
  expect(of('queue')?.dollars.high).toBe(0);
  expect(of('storage')?.dollars.high).toBeCloseTo((3e6 / 2 ** 30) * 0.09, 12);
});

test('earlier runs of the same work tell what the work costs, at the rate of now', () => {
  const { dollars, of, basis } = inCloud([there(100), there(120), there(110)]);
  expect(basis).toBe('3 earlier runs like this one on Modal');
  expect(of('run')?.dollars.likely).toBeCloseTo((110 * 1.7654 + 130 * 0.0317) / 3600, 10);
  expect(of('start')?.basis).toBe('3 earlier runs');
  // Two parts start a worker each; the coordinator starts too and waits.
  expect(of('start')?.dollars.likely).toBeCloseTo((2 * 10 * 1.7654 + 3 * 10 * 0.0317) / 3600, 10);
  expect(dollars.low).toBeLessThan(dollars.likely);
  expect(dollars.high).toBeGreaterThan(dollars.likely);
  const dearer = { ...cloudSpec(), hardware: { ...cloudSpec().hardware, dollarsPerHour: 2 * 1.7654 } };
  expect(inCloud([there(100)], dearer).basis).toBe('1 earlier run like this one on Modal');
});

test.each<readonly [string, BenchRun]>([
  ['failed', there(100, 10, { outcome: 'failed' })],
  ['of other work', there(100, 10, { spec: { ...cloudSpec(), repeats: 9 } })],
  ['on more containers', there(100, 10, { spec: cloudSpec({ containers: 2 }) })],
])('a run on Modal that was %s says nothing of the work, but how long a start takes', (_name, other) => {
  const { basis, of } = inCloud([other]);
  expect(basis).toBe('rough: from dataset size');
  expect(of('start')?.basis).toBe('1 earlier run');
});

test('a GPU may be waited for', () => {
  const { cloud, ...rest } = cloudSpec();
  if (cloud === undefined) throw new Error('no cloud');
  const gpu = { ...rest, cloud: { ...cloud, container: { ...cloud.container, gpu: 'A100-80GB' } } };
  expect(inCloud([], gpu).of('queue')?.seconds.high).toBeGreaterThan(inCloud([]).of('queue')?.seconds.high ?? 0);
});

test('parts are shared by containers: less time, the same work', () => {
  const [one, two] = [inCloud([]), inCloud([], cloudSpec({ containers: 2 }))];
  expect(two.of('run')?.seconds.likely).toBeLessThan(one.of('run')?.seconds.likely ?? 0);
  expect(two.of('run')?.dollars.likely).toBeCloseTo(one.of('run')?.dollars.likely ?? 0, 3);
});
