import { describe, expect, test } from 'vitest';
import { resultRecord } from '../../../../../src/cli/text/summary.ts';
import { pointTable } from '../../../../../src/workloads/bench/cli/lines.ts';
import { compareRuns } from '../../../../../src/workloads/bench/compare/compare.ts';
import { diagnose } from '../../../../../src/workloads/bench/compare/diagnosis.ts';
import {
  differenceAt,
  planNotes,
  recallHead,
  recallNotes,
  recallNotesOfAll,
  ruleOf,
} from '../../../../../src/workloads/bench/compare/recall-rule.ts';
import { records } from '../../../../../src/workloads/bench/compare/records.ts';
import type { Point } from '../../../../../src/workloads/bench/events.ts';
import { point, run } from './support/runs.ts';

/** As a version before the strict rule wrote it. */
const older = ({ recall_tolerant: _, ...rest }: Point): Point => rest;

const strict = point('hnsw', { ef: 10 }, 0.95, 1000);
const tolerant = older(strict);
/** Row 0, whatever is asked: perfect by the tolerance where all rows are nearer to each other than that. */
const constant = point('constant', {}, 0.0003, 60_000, { recall_tolerant: 1, rules_differ: 1 });

describe('the rule that a recall follows', () => {
  test('is the strict one where the tolerant one stands beside it, and the tolerant one in runs of older versions', () => {
    expect([strict, tolerant].map(ruleOf)).toEqual(['strict', 'tolerant']);
    expect([[strict], [tolerant], [strict, tolerant]].map(recallHead)).toEqual(['recall@10', 'recall@10, tolerant', 'recall@10, mixed']);
    expect(pointTable({ results: { points: [tolerant] } })[0]).toContain('recall@10, tolerant');
  });

  test('is said of every point in records', () => {
    expect(resultRecord(run('a', [strict, tolerant]), 0)).toMatchObject({
      points: [{ recall_rule: 'strict' }, { recall_rule: 'tolerant' }],
    });
  });

  test('is not spoken of where both say the same', () => {
    expect(recallNotes([strict, { ...strict, recall_tolerant: 0.9505 }])).toEqual([]);
    expect(recallNotes([])).toEqual([]);
  });

  test('is told where the data let the rules differ, with the point that they differ most on', () => {
    const told = "recall is strict; by ann-benchmarks' tolerance of 0.001 it can be";
    expect(recallNotes([{ ...strict, rules_differ: 0.008 }])).toEqual([{ text: `${told} 0.008 higher here`, grave: false }]);
    expect(recallNotes([strict, constant])).toEqual([{ text: `${told} 1.000 higher here: constant 0.0003 would be 1.0000`, grave: true }]);
    expect(recallNotesOfAll([strict, { ...constant, dataset: 'tiny' }])[0]).toMatch(/^tiny: recall is strict/);
  });

  test('of an older run is told as what it is', () => {
    expect(recallNotes([tolerant])[0]?.text).toMatch(/^recall by ann-benchmarks' tolerance of 0.001/);
    expect(recallNotes([strict, tolerant])[0]?.text).toMatch(/^1 of 2 points: recall by/);
  });
});

describe('a plan', () => {
  test('names the data on which the rules can differ, at any k', () => {
    const byK = { 1: 0, 10: 0.02, 100: 0.3 };
    expect([1, 10, 20, 100, 200].map(k => differenceAt(byK, k))).toEqual([0, 0.02, 0.3, 0.3, 0.3]);
    expect([5, 10].map(k => differenceAt({}, k))).toEqual([0, 0]);
    expect(planNotes({ k: 10 })).toEqual([]);
    expect(planNotes({ k: 10, recallRules: { tiny: 0.02 } })).toEqual([
      "tiny: recall@10 is strict; by ann-benchmarks' tolerance of 0.001 it can be 0.020 higher",
    ]);
  });
});

describe('comparing', () => {
  test('an index of constant answers reaches nothing, however fast it is', () => {
    const naive = point('naive', {}, 1, 900, { rules_differ: 1 });
    const comparison = compareRuns([run('a', [naive, constant])]);
    expect(comparison.pairs).toHaveLength(1);
    for (const { rows } of comparison.pairs) expect(rows.map(({ ratio }) => ratio)).toEqual([undefined, undefined, undefined, undefined]);
    expect(diagnose(comparison).map(({ text }) => text)).toContainEqual(expect.stringContaining('constant 0.0003 would be 1.0000'));
  });

  test('an older run with a new one says that they follow two rules', () => {
    const comparison = compareRuns([run('a', [tolerant]), run('b', [strict])]);
    expect(comparison.pairs[0]?.differences).toEqual([
      { weight: 'care', about: 'rule', text: expect.stringMatching(/^recall by two rules: A hnsw by ann-benchmarks'/) },
    ]);
    expect(records(comparison, [], [])).toContainEqual(expect.objectContaining({ type: 'at_recall', run: 'a', recall_rule: 'tolerant' }));
    expect(compareRuns([run('a', [strict]), run('b', [strict])]).pairs[0]?.differences).toEqual([]);
  });

  test('two older runs say so once', () => {
    const told = diagnose(compareRuns([run('a', [tolerant]), run('b', [tolerant])])).filter(({ kind }) => kind === 'rule');
    expect(told).toEqual([{ kind: 'rule', weight: 'warn', text: expect.stringMatching(/^recall by ann-benchmarks'/) }]);
  });

  test('points of both rules in one run are series of their own', () => {
    const labels = compareRuns([run('a', [tolerant, { ...strict, params: { ef: 20 } }])]).readings.map(({ series }) => series.label);
    expect(new Set(labels).size).toBe(2);
  });
});
