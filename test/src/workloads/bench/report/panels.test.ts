/** What is shown side by side, and what is not. */
import { expect, test } from 'vitest';
import { compareRuns } from '../../../../../src/workloads/bench/compare/compare.ts';
import { panelsOf, seriesIn, whyApart } from '../../../../../src/workloads/bench/report/panels.ts';
import type { BenchRun } from '../../../../../src/workloads/bench/run.ts';
import { pointsOf, run, spec } from '../compare/support/runs.ts';

const panels = (runs: readonly BenchRun[]) => panelsOf(compareRuns(runs));
const labels = (runs: readonly BenchRun[]) => panels(runs).map(panel => seriesIn(panel).map(({ label }) => label));
const reason = (runs: readonly BenchRun[]) => {
  const all = panels(runs);
  return all.map(panel => whyApart(all, panel));
};

const sha = { dataset_sha: 'aaaaaaaa1', cpu: 'AMD EPYC' };

test('runs of one question on one kind of machine are in one panel, with their ratios', () => {
  const [panel, ...others] = panels([run('bench-a', pointsOf(1, sha)), run('bench-b', pointsOf(2, sha))]);
  expect(others).toEqual([]);
  expect(panel?.shown.map(({ series }) => series.label)).toEqual(['A naive', 'A hnsw', 'B naive', 'B hnsw']);
  expect(new Set(panel?.shown.map(({ place }) => place)).size).toBe(4);
  expect(panel?.pairs.map(({ other }) => other.label)).toEqual(['B naive', 'B hnsw']);
  expect(whyApart([panel as NonNullable<typeof panel>], panel as NonNullable<typeof panel>)).toBeUndefined();
});

test.each([
  ['other bytes', { dataset_sha: 'bbbbbbbb2' }, {}, 'not the same dataset bytes'],
  ['another processor', { cpu: 'Intel Xeon' }, {}, 'different CPU: Intel Xeon against AMD EPYC'],
  ['another k', { k: 20 }, { k: 20 }, 'different k: recall@20 against recall@10'],
  ['more threads', { threads: 4 }, { threads: 4 }, '4 threads against 1 thread'],
  ['a part of the rows', {}, { subset: 1000 }, 'not the same vectors: the first 1,000 vectors'],
  ['Modal', {}, { target: 'modal' as const }, 'different machines: Modal'],
])('%s has a panel of its own, which says why', (_, extra, changes, why) => {
  const other = run('bench-b', pointsOf(2, { ...sha, ...extra }), { spec: { ...spec, ...changes } });
  const runs = [run('bench-a', pointsOf(1, sha)), other];
  expect(labels(runs)).toEqual([
    ['A naive', 'A hnsw'],
    ['B naive', 'B hnsw'],
  ]);
  const [none, told] = reason(runs);
  expect(none).toBeUndefined();
  expect(told).toContain(why);
  // Each is compared within itself, none with the other.
  expect(panels(runs).flatMap(({ pairs }) => pairs.map(({ base, other }) => `${other.label} / ${base.label}`))).toEqual([
    'A hnsw / A naive',
    'B hnsw / B naive',
  ]);
});

test('recall by the rule of older versions is not drawn with the strict one', () => {
  const old = pointsOf(1, sha).map(({ recall_tolerant, ...point }) => point);
  expect(reason([run('bench-a', pointsOf(1, sha)), run('bench-b', old)])[1]).toContain('recall by two rules');
});

test('another source or other instructions are drawn together, and told', () => {
  const [panel, ...others] = panels([
    run('bench-a', pointsOf(1, { ...sha, isa: 'avx2' })),
    run('bench-b', pointsOf(1, { ...sha, isa: 'avx512' })),
  ]);
  expect(others).toEqual([]);
  expect(panel?.care).toEqual(['different instructions: avx512 against avx2']);
});

test('other data are another panel, without a word', () => {
  const runs = [run('bench-a', [...pointsOf(1, sha), ...pointsOf(1, { ...sha, dataset: 'other' })])];
  expect(labels(runs)).toHaveLength(2);
  expect(reason(runs)).toEqual([undefined, undefined]);
});
