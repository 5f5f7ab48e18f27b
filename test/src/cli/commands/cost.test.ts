/** `cost` over runs whose journals are real, with containers as the control plane tells them. */
import { appendFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { runFiles } from '../../../../src/runs/files.ts';
import { journalLine } from '../../../../src/runs/journal.ts';
import type { JournalEntry } from '../../../../src/runs/journal-entry.ts';
import { createRun } from '../../../../src/runs/store.ts';
import { cloudSpec, points, spec } from '../../../screens/support/states.ts';
import { givenHome } from '../../../support/home.ts';
import { program } from '../program.ts';

givenHome();

const begin = Date.UTC(2026, 9, 31, 23);
const hour = 3_600_000;

/** An hour and a half of one container, over the end of a month. */
const paidRun = (): string => {
  const run = createRun(cloudSpec());
  const container = {
    kind: 'container',
    task: 'ta-0123456789abcdefghijkl',
    role: 'worker',
    queuedAt: begin,
    startedAt: begin,
    finishedAt: begin + 1.5 * hour,
  } as const;
  const event = { v: 1, seq: 1, container: 'w1', time: begin / 1000, type: 'point', ...points[3] } as never;
  const entries: readonly JournalEntry[] = [
    { kind: 'launching', attempt: 1 },
    { kind: 'launched', attempt: 1, handle: { app: 'ap-0123456789abcdefghijkl', call: 'fc-0123456789abcdefghijkl', run } },
    { kind: 'observed', attempt: 1, observation: container },
    { kind: 'event', attempt: 1, event },
    { kind: 'exited', attempt: 1, code: 0, signal: null, lost: false, jobAt: begin + 1.5 * hour },
    { kind: 'ended', outcome: 'done', exitCode: 0 },
  ];
  entries.forEach((entry, index) => {
    appendFileSync(runFiles(run).journal, `${JSON.stringify(journalLine(entry, index + 2, begin + index))}\n`);
  });
  return run;
};

test('without a run on Modal nothing was billed', async () => {
  createRun(spec);
  const { code, stdout } = await program(['cost']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/Nothing was billed: no run was on Modal/);
});

test('a run with what it cost, a point of it, and a million queries', async () => {
  const run = paidRun();
  const { stdout } = await program(['cost']);
  expect(stdout).toContain(run);
  expect(stdout).toContain('$2.65');
  const { records } = await program(['cost', '--json']);
  expect(records[0]).toMatchObject({
    type: 'cost',
    run,
    dollars: expect.closeTo(1.5 * 1.7654, 10),
    estimate: false,
    points: 1,
    cheapest: 'hnsw',
  });
  expect(records[0]?.dollars_per_million_queries).toBeCloseTo((1e6 / 21_430 / 3600) * 1.7654, 10);
});

test('by day it is split at midnight, UTC; a month has its own days', async () => {
  paidRun();
  const all = await program(['cost', '--by', 'day', '--csv']);
  expect(
    all.stdout
      .trim()
      .split('\n')
      .map(line => line.split(',').slice(0, 1).join()),
  ).toEqual(['day', '2026-11-01', '2026-10-31']);
  const october = await program(['cost', '--by', 'day', '--month', '2026-10', '--json']);
  expect(october.records).toMatchObject([
    { day: '2026-10-31', seconds: 3600 },
    { type: 'month', month: '2026-10', dollars: expect.closeTo(1.7654, 10) },
  ]);
  expect((await program(['cost', '--month', '2026-09'])).stdout).toMatch(/Nothing was billed in 2026-09/);
});

test('by hardware, as CSV, and a CSV of runs with a line each', async () => {
  paidRun();
  paidRun();
  expect((await program(['cost', '--by', 'hardware', '--csv'])).stdout).toMatch(
    /^hardware,dollars,seconds,runs\ncpu-32,5\.29\d*,10800,2\n$/,
  );
  expect((await program(['cost', '--csv'])).stdout.trim().split('\n')).toHaveLength(3);
});

test.each([
  [['--by', 'week'], 'told by'],
  [['--month', '2026-13'], 'cannot be'],
  [['--csv', '--json'], 'do not go together'],
])('%s is refused', async (options, words) => {
  const { code, stdout, stderr } = await program(['cost', ...options]);
  expect(code).toBe(2);
  expect(`${stdout}${stderr}`).toContain(words);
});
