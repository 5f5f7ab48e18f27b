import { expect, test } from 'vitest';
import { line } from '../../../screens/app/text.ts';
import { costLine, costWords } from '../../../screens/run/run-facts.ts';
import { costRecord, costLine as lastLine } from '../../../src/cli/text/summary.ts';
import { doubtsOf, isEstimate, meter } from '../../../src/metering/meter.ts';
import type { ContainerState, RunState } from '../../../src/runs/state.ts';
import { cloudSpec, created, start } from '../../screens/support/states.ts';
import { trainState } from '../../support/training.ts';

const hour = 3_600_000;
const workerRate = 1.7654;
const coordinatorRate = 0.0317;

const local: RunState = { ...created('bench-abc123'), status: 'running', createdAt: 0, launchedAt: 1000 };

test('nothing is billed on this machine, and the meter says what it would be', () => {
  expect(meter(local, 1000 + hour)).toEqual({ seconds: 3600, billed: 0, wouldCost: workerRate, rate: 0, live: true });
});

test('the time of this machine is no GPU’s: of work that uses one it is not priced', () => {
  const { spec, ...training } = trainState('train-aaaaaa', { live: true });
  const run = { ...training, spec: { ...spec, hardware: { ...spec.hardware, id: 'l4', label: 'L4' } } } as unknown as RunState;
  expect(meter(run, run.createdAt + hour)).toEqual({ seconds: expect.any(Number), billed: 0, rate: 0, live: true });
  expect(costWords(run, run.createdAt + hour)).toBe('here $0');
  expect(
    line(costLine(run, run.createdAt + hour))
      .map(({ text }) => text)
      .join(''),
  ).toBe('$0 here');
  expect(lastLine(run, run.createdAt + hour)).toBe('billed $0');
  expect(costRecord(run, run.createdAt + hour)).toMatchObject({ billed: 0, would_cost: null });
});

test('earlier attempts count, an ended run counts no more', () => {
  const ended: RunState = { ...local, status: 'ended', ranBefore: hour, endedAt: 1000 + hour };
  expect(meter(ended, 1e15)).toMatchObject({ seconds: 7200, rate: 0, live: false });
});

test('a clock set back counts nothing; a run that was never launched costs nothing', () => {
  expect(meter(local, -hour)).toMatchObject({ seconds: 0, wouldCost: 0 });
  const { launchedAt, ...unlaunched } = local;
  expect(meter({ ...unlaunched, status: 'created' }, hour)).toMatchObject({ seconds: 0, live: false });
});

const at = (seconds: number): number => start + seconds * 1000;

/** The last word came at second 100, when this machine had been up for 7 s. */
const paid = (containers: readonly ContainerState[], changes: Partial<RunState> = {}): RunState => ({
  ...local,
  spec: cloudSpec({ containers: 2, budget: 2 }),
  launchedAt: start,
  planeClock: { plane: at(100), uptime: 7000, boot: 'a' },
  containers,
  ...changes,
});

/** Seconds after the last word, by each of the clocks. */
const later = (seconds: number, wall = at(100 + seconds)) => ({ wall, uptime: 7000 + seconds * 1000, boot: 'a' });

const main: ContainerState = { task: 'ta-0', attempt: 1, role: 'coordinator', queuedAt: at(0), assignedAt: at(10), startedAt: at(12) };
const worker: ContainerState = { task: 'ta-1', attempt: 1, role: 'worker', queuedAt: at(12), assignedAt: at(40), startedAt: at(50) };

test('queue is free; boot, run and idle are billed; whole containers by what they are for', () => {
  const done = { ...worker, workedFrom: at(51), workedUntil: at(80), finishedAt: at(90) };
  const { billed, rate, cloud, ofBudget } = meter(paid([main, done]), later(10));
  const expected = (100 / 3600) * coordinatorRate + (50 / 3600) * workerRate;
  expect(billed).toBeCloseTo(expected, 12);
  expect(ofBudget).toBeCloseTo(expected / 2, 12);
  expect(rate).toBe(coordinatorRate);
  expect(cloud).toMatchObject({
    parts: { queue: 38, boot: 12, run: 98 + 30, idle: 10 },
    containers: { queued: 0, billed: 1, ended: 1 },
    doubts: [],
  });
  expect(cloud?.dollars.idle).toBeCloseTo((10 / 3600) * workerRate, 12);
});

test('what runs side by side is billed side by side', () => {
  const { rate, billed } = meter(paid([main, worker, { ...worker, task: 'ta-2' }]), later(0));
  expect(rate).toBeCloseTo(2 * workerRate + coordinatorRate, 12);
  expect(billed).toBeCloseTo((90 * coordinatorRate + 120 * workerRate) / 3600, 12);
});

test('one that did not say what it is for counts as the dearest', () => {
  const { role, ...unknown } = main;
  expect(meter(paid([unknown]), later(0)).billed).toBeCloseTo((90 / 3600) * workerRate, 12);
  expect(meter(paid([{ ...unknown, name: 'main' }]), later(0)).billed).toBeCloseTo((90 / 3600) * coordinatorRate, 12);
});

test.each([
  ['a year back', at(-31_536_000)],
  ['a year ahead', at(31_536_000)],
  ['as it should', at(3700)],
])('the wall clock may stand %s: the figure is the same', (_name, wall) => {
  const metered = meter(paid([worker]), later(3600, wall));
  expect(metered.billed).toBeCloseTo((3660 / 3600) * workerRate, 12);
  expect(isEstimate(metered)).toBe(false);
});

test('a program that starts again counts on from the same word', () => {
  const stored = JSON.parse(JSON.stringify(paid([worker]))) as RunState;
  expect(meter(stored, later(25))).toEqual(meter(paid([worker]), later(25)));
});

test('after a restart of the machine the wall clock has to do until Modal speaks again, and that is said', () => {
  const metered = meter(paid([worker]), { wall: at(200), uptime: 50, boot: 'b' });
  expect(metered.billed).toBeCloseTo((160 / 3600) * workerRate, 12);
  expect(metered.cloud?.doubts).toEqual(['clock']);
  expect(doubtsOf(metered)).toHaveLength(1);
});

test('containers of which nothing is heard are counted on, and the figure is an estimate', () => {
  const metered = meter(paid([worker], { contactLost: { since: at(90) } }), later(60));
  expect(metered.billed).toBeCloseTo((120 / 3600) * workerRate, 12);
  expect(metered.cloud?.doubts).toEqual(['contact']);
});

test('a container that waits costs nothing; one that starts does', () => {
  const waiting: ContainerState = { task: 'ta-1', attempt: 1, queuedAt: at(40) };
  expect(meter(paid([waiting]), later(0))).toMatchObject({
    billed: 0,
    rate: 0,
    cloud: { containers: { queued: 1 }, parts: { queue: 60 } },
  });
  const starting = meter(paid([{ ...waiting, assignedAt: at(70) }]), later(0));
  expect(starting.billed).toBeCloseTo((30 / 3600) * workerRate, 12);
  expect(starting.cloud?.parts).toMatchObject({ queue: 30, boot: 30, run: 0 });
});

test('a start that nobody told is counted whole, as an estimate with its most, and no longer than a start may take', () => {
  const { assignedAt, ...untold } = worker;
  const metered = meter(paid([{ ...untold, finishedAt: at(90) }]), later(0));
  expect(metered.billed).toBeCloseTo((78 / 3600) * workerRate, 12);
  expect(metered.cloud?.doubts).toEqual(['start']);
  expect(metered.cloud?.atMostTooMuch).toBeCloseTo((38 / 3600) * workerRate, 12);
  const night = { ...untold, queuedAt: at(-40_000), finishedAt: at(90) };
  expect(meter(paid([night]), later(0)).cloud?.parts).toMatchObject({ boot: 900, run: 40 });
});

test('a start that failed is billed from the machine that was found to its end', () => {
  const failed: ContainerState = { task: 'ta-1', attempt: 1, queuedAt: at(0), assignedAt: at(20), finishedAt: at(50) };
  expect(meter(paid([failed]), later(0))).toMatchObject({ cloud: { parts: { queue: 20, boot: 30, run: 0 }, doubts: [] } });
});

test('attempts add up, whether the containers of an earlier one ended in order or not', () => {
  const earlier = { ...worker, finishedAt: at(90) };
  const second = { ...worker, task: 'ta-2', attempt: 2, queuedAt: at(95), assignedAt: at(95), startedAt: at(96) };
  expect(meter(paid([earlier, second], { attempt: 2 }), later(10)).billed).toBeCloseTo((65 / 3600) * workerRate, 12);
});

test('of a run that is over nothing counts on; an end that nobody told is the end of the run, as an estimate', () => {
  const over: Partial<RunState> = { status: 'ended', endedAt: at(130) };
  const exact = meter(paid([{ ...worker, finishedAt: at(90) }], over), later(9e6));
  expect(exact).toMatchObject({ rate: 0, live: false, cloud: { doubts: [] } });
  expect(exact.billed).toBeCloseTo((50 / 3600) * workerRate, 12);
  const untold = meter(paid([worker], over), later(9e6));
  expect(untold.billed).toBeCloseTo((90 / 3600) * workerRate, 12);
  expect(untold.cloud?.doubts).toEqual(['end']);
});

test('the budget in force is the raised one', () => {
  expect(meter(paid([worker], { budget: 8 }), later(0)).ofBudget).toBeCloseTo(((60 / 3600) * workerRate) / 8, 12);
});

test('a job whose last word is told after its end did not idle', () => {
  const odd = { ...worker, finishedAt: at(90), workedUntil: at(95) };
  expect(meter(paid([odd]), later(0)).cloud?.parts).toMatchObject({ run: 40, idle: 0 });
});
