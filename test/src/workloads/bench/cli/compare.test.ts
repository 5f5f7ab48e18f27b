/** `ann-tui compare` against runs on disk. */
import { appendFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { runFiles } from '../../../../../src/runs/files.ts';
import { journalLine } from '../../../../../src/runs/journal.ts';
import type { JournalEntry } from '../../../../../src/runs/journal-entry.ts';
import { createRun } from '../../../../../src/runs/store.ts';
import type { Point } from '../../../../../src/workloads/bench/events.ts';
import { givenHome } from '../../../../support/home.ts';
import { program } from '../../../cli/program.ts';
import { pointsOf, spec } from '../compare/support/runs.ts';

givenHome();

const stored = (points: readonly Point[], changes: Partial<typeof spec> = {}): string => {
  const name = createRun({ ...spec, ...changes });
  const handle = { pid: 99_999_999, start: '1', boot: 'x' };
  const entries: JournalEntry[] = [
    { kind: 'launching', attempt: 1 },
    { kind: 'launched', attempt: 1, handle },
    ...points.map(
      (one, n): JournalEntry => ({
        kind: 'event',
        attempt: 1,
        event: { v: 1, seq: n + 1, container: 'main', time: 1e9 + n, type: 'point', ...one } as never,
      }),
    ),
    { kind: 'exited', attempt: 1, code: 0, signal: null, lost: false },
    { kind: 'ended', outcome: 'done', exitCode: 0 },
  ];
  for (const [n, entry] of entries.entries())
    appendFileSync(runFiles(name).journal, `${JSON.stringify(journalLine(entry, n + 2, Date.now()))}\n`);
  return name;
};

test('two runs: who is who, a table for each pair, what to make of it', async () => {
  const [a, b] = [stored(pointsOf()), stored(pointsOf(2, { threads: 2 }), { threads: 2 })];
  const { code, stdout, stderr } = await program(['compare', a, b, '--recall', '0.9,0.99']);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  expect(stdout).toContain(`A  ${a}  this machine · 1 thread`);
  expect(stdout).toContain('! 2 threads against 1 thread');
  expect(stdout).toMatch(/0\.90 +1,000 +819–1\.22k +2,000 +1\.64k–2\.44k +2\.00× +1\.51–2\.65/);
  expect(stdout).toMatch(/0\.99 +only 0\.9800 +– +only 0\.9800 +– +– +–$/m);
  expect(
    Math.max(
      ...stdout
        .split('\n')
        .filter(line => /^\d\.\d/.test(line))
        .map(line => line.length),
    ),
  ).toBeLessThanOrEqual(80);
});

test('one run alone: its implementations; the baseline may be chosen', async () => {
  const name = stored(pointsOf());
  expect((await program(['compare', name])).stdout).toContain('quick, recall@10: hnsw / naive');
  expect((await program(['compare', name, '--baseline', 'hnsw'])).stdout).toContain('quick, recall@10: naive / hnsw');
  expect((await program(['compare', 'latest', name])).stdout).not.toContain('A  ');
});

test('the baseline may be a run, by the beginning of its name', async () => {
  const [a, b] = [stored(pointsOf()), stored(pointsOf(2))];
  expect((await program(['compare', a, b, '--baseline', b])).stdout).toContain('A hnsw / B hnsw');
  expect((await program(['compare', a, b, '--baseline', b.slice('bench-'.length)])).stdout).toContain('A hnsw / B hnsw');
});

test('the rule ranks, with a reason for each place', async () => {
  const { stdout } = await program(['compare', stored(pointsOf()), '--rule', 'competition']);
  expect(stdout).toMatch(/1\. hnsw: 30,000 QPS at recall 0\.9200, the most/);
  expect(stdout).toMatch(/2\. naive: QPS 1,000 against 30,000 of hnsw/);
});

test('CSV and JSON say nothing else on stdout', async () => {
  const [a, b] = [stored(pointsOf()), stored(pointsOf(2))];
  const csv = await program(['compare', a, b, '--csv']);
  expect(csv.stdout.trimEnd().split('\n')).toHaveLength(1 + 4 * 4);
  const ranked = await program(['compare', a, '--csv', '--rule', 'competition']);
  expect(ranked.stdout).toMatch(/^place,run,/);
  const json = await program(['compare', a, b, '--json']);
  expect(json.records).toHaveLength(json.stdout.trimEnd().split('\n').length);
  expect(json.records.filter(({ type }) => type === 'at_recall')).toHaveLength(16);
  expect(json.records.find(({ run, implementation, level }) => run === b && implementation === 'hnsw' && level === 0.9)).toMatchObject({
    baseline_run: a,
    ratio: expect.closeTo(2),
    same: false,
  });
});

describe('wrong usage ends with 2 and says what would be right', () => {
  test.each([
    [[], /needs a RUN/],
    [['RUN', '--recall', '1.5'], /--recall 1\.5 cannot be/],
    [['RUN', '--recall', 'high'], /--recall high cannot be/],
    [['RUN', '--baseline', 'scann'], /no baseline "scann"[\s\S]*there are: naive, hnsw/],
    [['RUN', '--rule', 'fifa'], /no rule "fifa"/],
    [['RUN', '--csv', '--json'], /./],
    [['RUN', 'bench-zzzzzz'], /no run "bench-zzzzzz"/],
  ])('compare %j', async (args, text) => {
    const name = stored(pointsOf());
    const { code, stderr, stdout } = await program(['compare', ...args.map(word => (word === 'RUN' ? name : word))]);
    expect(code).toBe(2);
    expect(stderr + stdout).toMatch(text);
  });

  test('one implementation with one build has nothing beside it', async () => {
    const name = stored(pointsOf().slice(1));
    const { code, stderr } = await program(['compare', name]);
    expect(code).toBe(2);
    expect(stderr).toContain(`next: ann-tui runs`);
  });
});

test('a run without points is named, with exit 1', async () => {
  const { code, stderr } = await program(['compare', stored(pointsOf()), stored([])]);
  expect(code).toBe(1);
  expect(stderr).toMatch(/has nothing to compare/);
});
