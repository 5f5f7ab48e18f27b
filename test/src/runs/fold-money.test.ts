/** What the fold keeps for the meter, the forecast and the budget. */
import { expect, test } from 'vitest';
import type { JobEvent } from '../../../src/events/event.ts';
import { fold, withWord } from '../../../src/runs/fold.ts';
import type { JournalEntry, Observation } from '../../../src/runs/journal-entry.ts';
import type { RunState } from '../../../src/runs/state.ts';
import { spec } from './support/bench.ts';

const story: readonly JournalEntry[] = [
  { kind: 'created', run: 'bench-abc123', spec: spec() },
  { kind: 'launching', attempt: 1 },
  { kind: 'launched', attempt: 1, handle: { app: 'ap-1', call: 'fc-1', run: 'bench-abc123' } },
];

const after = (...entries: readonly JournalEntry[]): RunState =>
  [...story, ...entries].reduce<RunState | undefined>(
    (state, entry, index) => fold(state, { v: 1, n: index + 1, at: 1000 + index, ...entry }),
    undefined,
  ) as RunState;

const seen = (observation: Observation): JournalEntry => ({ kind: 'observed', attempt: 1, observation });
const said = (container: string, seq: number, time: number, fields: object): JournalEntry => ({
  kind: 'event',
  attempt: 1,
  event: { v: 1, seq, container, time, ...fields } as unknown as JobEvent,
});
const resumed: JournalEntry = { kind: 'resumed', attempt: 2 };

test('of two words about the same moment the earlier one stands; an end is the newest word', () => {
  expect(withWord({ queuedAt: 5, assignedAt: 9 }, { queuedAt: 7, assignedAt: 8, finishedAt: 20 })).toEqual({
    queuedAt: 5,
    assignedAt: 8,
    finishedAt: 20,
  });
  const { containers } = after(
    seen({ kind: 'container', task: 'ta-1', assignedAt: 100 }),
    seen({ kind: 'container', task: 'ta-1', queuedAt: 90, assignedAt: 120, startedAt: 130 }),
  );
  expect(containers).toEqual([{ task: 'ta-1', attempt: 1, queuedAt: 90, assignedAt: 100, startedAt: 130 }]);
});

test('words of a container are its work; after a preemption they are those of the newer one', () => {
  const { containers } = after(
    said('w1', 1, 10, { type: 'container', task: 'ta-1', role: 'worker' }),
    said('w1', 2, 14, { type: 'warning', message: 'a' }),
    said('w1', 3, 30, { type: 'container', task: 'ta-2', role: 'worker' }),
    said('w1', 4, 35, { type: 'warning', message: 'b' }),
    said('w2', 1, 99, { type: 'warning', message: 'nobody knows its container' }),
  );
  expect(containers?.map(({ task, workedFrom, workedUntil }) => [task, workedFrom, workedUntil])).toEqual([
    ['ta-1', 10_000, 14_000],
    ['ta-2', 30_000, 35_000],
  ]);
});

test("the control plane's clock is the best of its words, and outlives an attempt", () => {
  const word = (plane: number, uptime: number, boot = 'a') => seen({ kind: 'clock', plane, uptime, boot });
  const best = { plane: 1_002_500, uptime: 52_000, boot: 'a' };
  expect(after(word(1_000_000, 50_000), word(1_002_500, 52_000), word(1_003_000, 53_000)).planeClock).toEqual(best);
  expect(after(word(1_002_500, 52_000), resumed).planeClock).toEqual(best);
});

test('a changed budget outlives an attempt; what is no amount changes nothing', () => {
  const set = (dollars: number): JournalEntry => ({ kind: 'budget_set', dollars });
  expect(after().budget).toBeUndefined();
  expect(after(set(5), resumed).budget).toBe(5);
  expect(after(set(5), set(Number.NaN), set(-1)).budget).toBe(5);
});

test('what containers said of their end is kept by container, for this attempt', () => {
  const progress = (container: string, seq: number, eta: number): JournalEntry =>
    said(container, seq, 100 + seq, { type: 'progress', phase: 'sweep', done: seq, total: 9, unit: 'points', job_eta_seconds: eta });
  const state = after(progress('w1', 1, 50), progress('w2', 1, 70), progress('w1', 2, 40));
  expect(state.paces).toEqual({
    w1: [
      { at: 101, eta: 50 },
      { at: 102, eta: 40 },
    ],
    w2: [{ at: 101, eta: 70 }],
  });
  expect(after(progress('w1', 1, 50), resumed).paces).toBeUndefined();
});
