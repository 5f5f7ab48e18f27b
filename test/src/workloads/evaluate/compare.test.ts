import { expect, test } from 'vitest';
import { compareEvaluations, difference } from '../../../../src/workloads/evaluate/compare.ts';
import { planEvaluate } from '../../../../src/workloads/evaluate/plan.ts';
import type { EvaluateResults } from '../../../../src/workloads/evaluate/results.ts';
import { evaluate } from '../../../../src/workloads/evaluate/workload.ts';
import { evaluation } from '../../../support/evaluation.ts';
import { recordingsContext, stateOf } from '../../../support/recordings.ts';

const spec = planEvaluate(
  { kind: 'evaluate', datasets: ['synthetic-seizures'], target: 'local', hardware: 'cpu-32' },
  await recordingsContext(),
);
const results = evaluation();
const run = (name: string, own: EvaluateResults = results, changes: Partial<typeof spec> = {}) =>
  stateOf(name, { ...spec, ...changes }, own);

test('what differs comes first, then the detectors by the first run', () => {
  const settings = { ...spec.settings, montage: 'bipolar' as const, high: 40 };
  const { differences, pairs, refused } = compareEvaluations(run('a'), run('b', results, { settings }));
  expect(refused).toEqual([]);
  expect(differences).toEqual(['montage: referential against bipolar', 'band: 0.5–60 Hz against 0.5–40 Hz']);
  expect(pairs.map(({ title, a, b }) => [title, a?.auroc, b?.auroc])).toEqual([
    ['2–8 Hz power', 0.784, 0.784],
    ['line length, normalised, 10-s smoothed', 0.754, 0.754],
    ['line length, normalised', 0.748, 0.748],
    ['line length', 0.643, 0.643],
  ]);
  expect([difference(0.7, 0.784), difference(0.784, 0.7), difference(undefined, 0.7)]).toEqual(['+0.084', '-0.084', '–']);
});

test('another test split is refused: by the hash, and by what was judged', () => {
  const hashed = (split_hash: string) => ({ data: spec.data.map(one => ({ ...one, split_hash })) });
  expect(compareEvaluations(run('a', results, hashed('aaaaaaaaaaaa')), run('b', results, hashed('bbbbbbbbbbbb'))).refused).toEqual([
    'synthetic-seizures: the splits are aaaaaaaa in a and bbbbbbbb in b',
  ]);
  const fewer = { ...results, judged: results.judged.slice(1) };
  expect(compareEvaluations(run('a'), run('b', fewer))).toMatchObject({
    refused: ['synthetic-seizures: a and b did not judge the same recordings of test'],
    pairs: [],
  });
  expect(compareEvaluations(run('a'), run('b', { ...results, judged: [] })).refused).toEqual([
    'synthetic-seizures: b judged no recording of test',
  ]);
  const elsewhere = { datasets: [{ name: 'siena', url: null }] };
  expect(compareEvaluations(run('a'), run('b', results, elsewhere)).refused).toEqual(['they have no dataset in common']);
});

test('the headline says AUROC, and that it is synthetic', () => {
  expect(evaluate.headline(run('a'))).toBe('AUROC 0.78 · synthetic');
  const real = { data: spec.data.map(one => ({ ...one, synthetic: false })) };
  expect(evaluate.headline(run('a', results, real))).toBe('AUROC 0.78');
  expect(evaluate.headline(run('a', { ...results, detectors: [] }))).toBe('');
  expect(evaluate.rating.of(run('a'))).toBe(0.784);
  expect(evaluate.done(run('a'))).toBe(20);
});
