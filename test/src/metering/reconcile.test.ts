import { expect, test } from 'vitest';
import { reconcile } from '../../../src/metering/reconcile.ts';
import type { BillItem } from '../../../src/modal-client/types.ts';
import type { ContainerState, RunState } from '../../../src/runs/state.ts';
import { cloudSpec, finished } from '../../screens/support/states.ts';

const hour = 3_600_000;
const begin = Date.UTC(2026, 10, 22, 8);
const rate = 1.7654;
const worker: ContainerState = {
  task: 'ta-1',
  attempt: 1,
  role: 'worker',
  queuedAt: begin,
  assignedAt: begin + 60_000,
  startedAt: begin + 70_000,
  finishedAt: begin + 60_000 + hour,
};
const run = (changes: Partial<RunState> = {}): RunState => ({
  ...finished('bench-aaaaaa', begin),
  spec: cloudSpec(),
  containers: [worker],
  endedAt: begin + 60_000 + hour,
  ...changes,
});
const item = (cost: number, changes: Partial<BillItem> = {}): BillItem => ({
  object: 'ap-0123456789abcdefghijkl',
  description: 'ann-tui-bench-aaaaaa-1',
  environment: 'main',
  from: begin,
  until: begin + 2 * hour,
  cost,
  ...changes,
});
const options = { from: begin, until: begin + 24 * hour, now: { wall: begin + 30 * hour, uptime: 0, boot: 'a' } };
const rowOf = (state: RunState, items: readonly BillItem[], changes = {}) => reconcile([state], items, { ...options, ...changes }).rows[0];

test('a meter within a hundredth of the bill is right; hours of one app add up', () => {
  const two = [item(rate * 0.4), item(rate * 0.605, { from: begin + hour })];
  expect(rowOf(run(), two)).toMatchObject({ run: 'bench-aaaaaa', attempt: 1, verdict: 'same', why: '', meter: expect.closeTo(rate, 10) });
});

test('of a short run, one second of the rate is no difference', () => {
  const short = run({ containers: [{ ...worker, finishedAt: begin + 80_000 }] });
  expect(rowOf(short, [item((20.9 / 3600) * rate)])?.verdict).toBe('same');
  expect(rowOf(short, [item((22 / 3600) * rate)])?.verdict).toBe('differs');
});

test.each<readonly [string, RunState, readonly BillItem[], string, RegExp]>([
  ['is not there yet', run(), [], 'not-billed-yet', /follows/],
  ['is of a region', run(), [item(1.5 * rate)], 'differs', /1\.5 times.*broad region/],
  ['is of a container that may not be preempted', run(), [item(3 * rate)], 'differs', /preempted/],
  ['is a little higher', run(), [item(1.05 * rate)], 'differs', /building of the image/],
  ['is far higher', run(), [item(2.3 * rate)], 'differs', /rates of 2026-10-30/],
  ['holds storage', run(), [item(2.3 * rate, { resources: { cpu: 1, volume_storage: 2 } })], 'differs', /volume_storage/],
  ['is lower', run(), [item(0.8 * rate, { until: begin + 5 * hour })], 'differs', /lowered/],
])('a bill that %s is explained', (_name, state, items, verdict, why) => {
  const row = rowOf(state, items);
  expect(row?.verdict).toBe(verdict);
  expect(row?.why).toMatch(why);
});

test("what the meter counted too much is said to be the meter's own", () => {
  const { assignedAt, ...untold } = worker;
  const row = rowOf(run({ containers: [untold] }), [item(rate * 0.99, { until: begin + 5 * hour })]);
  expect(row?.why).toMatch(/not told/);
  expect(row?.difference).toBeLessThan(0);
});

test('a bill that ends before the run did is not complete', () => {
  expect(rowOf(run(), [item(rate * 0.5, { until: begin + 1800_000 })])?.why).toMatch(/not complete/);
});

test('only what falls into the report is held against it', () => {
  const row = rowOf(run(), [item(rate / 2)], { from: begin + 60_000 + hour / 2 });
  expect(row).toMatchObject({ verdict: 'same', meter: expect.closeTo(rate / 2, 10) });
});

test('attempts are apps of their own', () => {
  const second = {
    ...worker,
    task: 'ta-2',
    attempt: 2,
    assignedAt: begin + 2 * hour,
    startedAt: begin + 2 * hour,
    finishedAt: begin + 3 * hour,
  };
  const { rows } = reconcile(
    [run({ attempt: 2, containers: [worker, second] })],
    [item(rate), item(rate, { description: 'ann-tui-bench-aaaaaa-2', until: begin + 3 * hour })],
    options,
  );
  expect(rows.map(({ attempt, verdict }) => [attempt, verdict])).toEqual([
    [1, 'same'],
    [2, 'same'],
  ]);
});

test('an app of ours that no journal knows is told apart from the rest of the workspace', () => {
  const items = [
    item(rate),
    item(7, { description: 'ann-tui-bench-zzzzzz-1' }),
    item(2, { description: 'ann-tui-sync-3f9a-1' }),
    item(40, { description: 'somebody-else' }),
  ];
  const { rows, meter, bill, others } = reconcile([run()], items, options);
  expect(rows.map(({ app, verdict }) => [app, verdict])).toEqual([
    ['ann-tui-bench-aaaaaa-1', 'same'],
    ['ann-tui-bench-zzzzzz-1', 'not-ours'],
    ['ann-tui-sync-3f9a-1', 'sync'],
  ]);
  expect(rows[1]?.why).toMatch(/no journal/);
  expect([meter, bill, others].map(value => value.toFixed(4))).toEqual([rate.toFixed(4), (rate + 9).toFixed(4), '40.0000']);
});

test('runs of this machine are on no bill', () => {
  expect(reconcile([finished('bench-cccccc', begin)], [], options).rows).toEqual([]);
});
