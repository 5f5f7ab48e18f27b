/** The meter of an earlier moment: what it would have said then. */
import { expect, test } from 'vitest';
import { billedUntil } from '../../../src/metering/billed-until.ts';
import { meter } from '../../../src/metering/meter.ts';
import type { ContainerState, RunState } from '../../../src/runs/state.ts';
import { begun, paidMoment, paidRates, paidState, trainState } from '../../support/training.ts';

const at = (seconds: number): number => begun + seconds * 1000;
const dollars = (worker: number, coordinator: number): number => (worker * paidRates.worker + coordinator * paidRates.coordinator) / 3600;
const live = paidState('train-aaaaaa', { step: 190, live: true });

test('of each moment what containers had come to by then, whatever became of them afterwards', () => {
  expect(billedUntil(live, at(5))).toBe(0);
  expect(billedUntil(live, at(15))).toBeCloseTo(dollars(0, 5), 12);
  expect(billedUntil(live, at(100))).toBeCloseTo(dollars(80, 90), 12);
  expect(billedUntil(paidState('train-aaaaaa'), at(100))).toBe(billedUntil(live, at(100)));
  expect(billedUntil(live, at(300))).toBeCloseTo(meter(live, paidMoment(300)).billed, 12);
});

test('earlier attempts count as far as they went; a container whose start was never told is counted as the meter does', () => {
  const gone: ContainerState = { task: 'ta-9', attempt: 1, role: 'worker', queuedAt: at(-500), startedAt: at(-440), finishedAt: at(-400) };
  const again: RunState = { ...live, attempt: 2, containers: [gone, ...(live.containers ?? [])] };
  expect(billedUntil(again, at(100))).toBeCloseTo(dollars(80 + 100, 90), 12);
  expect(billedUntil(again, at(-420))).toBeCloseTo(dollars(80, 0), 12);
});

test('a container that is not heard of was counted no further than that moment', () => {
  expect(billedUntil({ ...live, contactLost: { since: at(50) } }, at(100))).toBeCloseTo(dollars(80, 90), 12);
});

test('nothing on this machine', () => {
  expect(billedUntil(trainState('train-aaaaaa'), at(100))).toBe(0);
});
