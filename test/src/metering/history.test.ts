import { expect, test } from 'vitest';
import { billedSpans, byApp, byDay, byHardware, costRow, dollarsBetween, monthView } from '../../../src/metering/history.ts';
import type { ContainerState, RunState } from '../../../src/runs/state.ts';
import { dollarsPerMillion } from '../../../src/workloads/bench/query-price.ts';
import { cloudSpec, finished, points } from '../../screens/support/states.ts';

const midnight = Date.UTC(2026, 10, 22);
const hour = 3_600_000;
const moment = { wall: midnight + 5 * hour, uptime: 0, boot: 'a' };
const rate = 1.7654;

const run = (name: string, containers: readonly ContainerState[], changes: Partial<RunState> = {}): RunState => ({
  ...finished(name, midnight),
  spec: cloudSpec(),
  containers,
  ...changes,
});
const worker = (from: number, until: number, task = 'ta-1'): ContainerState => ({
  task,
  attempt: 1,
  role: 'worker',
  queuedAt: from - 1000,
  assignedAt: from,
  startedAt: from + 2000,
  finishedAt: until,
});
const overnight = run('bench-aaaaaa', [worker(midnight - hour, midnight + 3 * hour)]);

test('a container that ran over midnight is in both days', () => {
  const days = byDay(billedSpans(overnight, 0));
  expect(days.map(({ key }) => key)).toEqual(['2026-11-22', '2026-11-21']);
  expect(days.map(({ seconds }) => seconds)).toEqual([3 * 3600, 3600]);
  expect(days[0]?.dollars).toBeCloseTo(3 * rate, 10);
  expect(days[1]?.dollars).toBeCloseTo(rate, 10);
});

test('days add up to the meter, whatever the containers were', () => {
  const mixed = run('bench-bbbbbb', [
    worker(midnight - 100_000, midnight + 100_000),
    { ...worker(midnight + 50_000, midnight + 90_000, 'ta-2'), role: 'coordinator' },
    { task: 'ta-3', attempt: 1, queuedAt: midnight, finishedAt: midnight + hour },
  ]);
  const days = byDay(billedSpans(mixed, 0));
  expect(days.reduce((sum, { dollars }) => sum + dollars, 0)).toBeCloseTo(costRow(mixed, moment).dollars, 12);
});

test('a run on this machine costs nothing, and its speed has no price elsewhere', () => {
  const row = costRow(finished('bench-cccccc', midnight), moment);
  expect(row).toMatchObject({ dollars: 0, seconds: 0, estimate: false, kind: 'bench', units: points.length });
  expect(row.price).toBeUndefined();
  expect(row.perUnit).toBeUndefined();
});

test('what a result costs: a point, and a million queries of the cheapest at 0.95', () => {
  const row = costRow(overnight, moment);
  expect(row.perUnit).toBeCloseTo((4 * rate) / points.length, 10);
  expect(row.price).toMatchObject({ of: 'hnsw', record: { cheapest: 'hnsw', dataset: 'quick', at_recall: 0.95 } });
  expect(row.price?.record).toHaveProperty('dollars_per_million_queries', row.price?.dollars);
  expect(row.price?.dollars).toBeGreaterThan(dollarsPerMillion(33_870, rate));
  expect(row.price?.dollars).toBeLessThan(dollarsPerMillion(21_430, rate));
  expect(dollarsPerMillion(1000, 3.6)).toBeCloseTo(1, 12);
  expect(costRow({ ...overnight, results: { points: [] } }, moment).price).toBeUndefined();
});

test('each attempt is an app of its own, newest first', () => {
  const again = { ...worker(midnight, midnight + hour, 'ta-2'), attempt: 2 };
  const apps = byApp(billedSpans(run('bench-ffffff', [worker(midnight - 2 * hour, midnight - hour), again]), 0));
  expect(apps).toEqual([
    { key: 'ann-tui-bench-ffffff-2', dollars: expect.closeTo(rate, 10), seconds: 3600, runs: 1 },
    { key: 'ann-tui-bench-ffffff-1', dollars: expect.closeTo(rate, 10), seconds: 3600, runs: 1 },
  ]);
});

test('hardware adds up its runs, dearest first', () => {
  const other = {
    ...run('bench-dddddd', [worker(midnight, midnight + 9 * hour)]),
    spec: { ...cloudSpec(), hardware: { ...cloudSpec().hardware, id: 'cpu-8' } },
  };
  expect(byHardware([overnight, overnight, other].map(state => costRow(state, moment)))).toMatchObject([
    { key: 'cpu-8', runs: 1 },
    { key: 'cpu-32', runs: 2, seconds: 8 * 3600 },
  ]);
});

test('a month has its own part, a pace, and a budget that others share', () => {
  const spans = billedSpans(run('bench-eeeeee', [worker(Date.UTC(2026, 9, 31, 23), Date.UTC(2026, 10, 1, 2))]), 0);
  const now = Date.UTC(2026, 10, 11);
  expect(monthView(spans, '2026-10', now)).toEqual({ month: '2026-10', dollars: expect.closeTo(rate, 10), runs: 1 });
  const view = monthView(spans, '2026-11', now, { spent: 20, budget: 50 });
  expect(view.dollars).toBeCloseTo(2 * rate, 10);
  expect(view.ofBudget).toBeCloseTo(0.4, 12);
  expect(view.projected).toBeCloseTo(60, 10);
  expect(monthView(spans, '2026-11', Date.UTC(2026, 10, 1, 5)).projected).toBeUndefined();
  expect(monthView(spans, '2026-11', now, { spent: 20, budget: null }).ofBudget).toBeUndefined();
});

test('dollars between two hours are those of the seconds between them', () => {
  const spans = billedSpans(overnight, 0);
  expect(dollarsBetween(spans, midnight, midnight + hour)).toBeCloseTo(rate, 10);
  expect(dollarsBetween(spans, midnight + 4 * hour, midnight + 9 * hour)).toBe(0);
});
