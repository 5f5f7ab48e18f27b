import { expect, test } from 'vitest';
import { costOf, orphanOf } from '../../../src/orphans/orphan.ts';
import { orphanCostWords } from '../../../src/orphans/words.ts';
import { cloudSpec } from '../../screens/support/states.ts';

const place = { profile: null, environment: null };
const app = {
  id: 'ap-1',
  name: 'ann-tui-bench-zzzzz1-1',
  state: 'detached',
  created: 0,
  stopped: null,
  stoppedBy: null,
  containers: 1,
} as unknown as Parameters<typeof orphanOf>[0];
const spec = cloudSpec({ budget: 2 });
const coordinator = spec.cloud?.coordinator.dollarsPerHour ?? Number.NaN;
const worker = spec.hardware.dollarsPerHour;

const container = (task: string, enqueued: number, started: number | null) => ({ task, app: 'ap-1', appName: app.name, enqueued, started });
const of = (...containers: readonly ReturnType<typeof container>[]) => orphanOf(app, 'unknown', place, containers, spec);

test('a start is counted from the moment it may have begun', () => {
  const found = of(container('ta-2', 20_000, 50_000), container('ta-1', 0, 10_000));
  expect(found).toMatchObject({ billedSince: [0, 20_000], rates: [coordinator, worker], waiting: 0 });
  const { seconds, rate, dollars } = costOf(found, 100_000);
  expect(seconds).toBe(180);
  expect(rate).toBeCloseTo(coordinator + worker, 9);
  expect(dollars).toBeCloseTo((100 * coordinator + 80 * worker) / 3600, 9);
});

test('a queue longer than any start is not', () => {
  const longest = (spec.cloud?.startupTimeout ?? Number.NaN) * 1000;
  expect(of(container('ta-1', 0, 10 * longest)).billedSince).toEqual([9 * longest]);
});

test('what has not begun may be starting, and is not called free', () => {
  const waits = of(container('ta-1', 0, null));
  expect(costOf(waits, 100_000)).toMatchObject({ seconds: 0, rate: 0, dollars: 0 });
  expect(orphanCostWords(waits, 100_000)).toMatch(/^1 waiting for a machine or starting, 0 to \$0\.03\d*\/h$/);
  const boots = of(container('ta-1', 0, 10_000), container('ta-2', 20_000, null));
  expect(boots.waitingRate).toBe(worker);
  expect(orphanCostWords(boots, 100_000)).toContain('1 container, 1 on its way');
});
