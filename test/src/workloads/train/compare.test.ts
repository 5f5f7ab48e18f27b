/** Trainings beside each other: only what differs, each with its unit; how they learnt; whether their tests may be compared. */
import { expect, test } from 'vitest';
import { asEvaluation } from '../../../../src/workloads/train/as-evaluation.ts';
import { compareTrainings } from '../../../../src/workloads/train/compare.ts';
import { trainingDifferences } from '../../../../src/workloads/train/differences.ts';
import { trainSpec, trainState } from '../../../support/training.ts';

const spec = trainSpec();

test('nothing differs', () => {
  expect(trainingDifferences(spec, trainSpec())).toEqual([]);
});

test('each setting that differs, with its unit; options of a size in whole', () => {
  const { config, settings } = spec;
  const other = {
    ...spec,
    seeds: [0, 1],
    config: {
      ...config,
      model: { name: 'small', options: {} },
      windows: { ...config.windows, seconds: 60 },
      training: { ...config.training, steps: 600, gradient_clip: null },
    },
    settings: { ...settings, rate: 256 },
  };
  const found = trainingDifferences(spec, other);
  const of = (name: string) => found.find(one => one.name === name);
  expect(of('model')).toEqual({ name: 'model', a: 'tiny', b: 'small' });
  expect(of('windows.seconds')).toEqual({ name: 'windows.seconds', a: '30 s', b: '60 s' });
  expect(of('training.steps')).toEqual({ name: 'training.steps', a: '300 steps', b: '600 steps' });
  expect(of('training.gradient_clip')).toMatchObject({ a: '1', b: 'none' });
  expect(of('model.options.front_hz')).toMatchObject({ a: '4 Hz', b: '8 Hz' });
  expect(of('seeds')).toMatchObject({ a: '0', b: '0, 1' });
  expect(of('prepare')?.b).toContain('256 Hz');
  expect(found.some(({ name }) => name === 'training.learning_rate' || name === 'training.seed')).toBe(false);
});

test('a file of a person’s own is told with its contents; an option that only one has as "–"', () => {
  const own = {
    ...spec,
    config: { ...spec.config, model: { name: 'mine', options: { anything: 3 } } },
    source: { file: 'mine.py', sha256: 'abcdef0123456789', from: '/mine.py' },
  };
  const found = trainingDifferences(spec, own);
  expect(found[0]).toEqual({ name: 'model', a: 'tiny', b: 'mine.py (abcdef01)' });
  expect(found.find(({ name }) => name === 'model.options.anything')).toMatchObject({ a: '–', b: '3' });
  expect(found.filter(({ name }) => name.startsWith('model.options.'))).toHaveLength(1);
});

test('how they learnt: the mean over seeds; beside an evaluation, which learnt nothing', () => {
  const [a, b] = [trainState('train-aaaaaa', { judged: true }), trainState('train-bbbbbb', { seeds: [0, 1, 2], judged: true })];
  const both = compareTrainings(a, b, 0);
  expect(both.differences).toEqual(['seeds: 0 against 0, 1, 2']);
  expect(both.refused).toEqual([]);
  expect(both.a).toMatchObject({ parameters: 39_412, seconds: 151, billed: 0, dev: { mean: expect.closeTo(0.87, 1) } });
  expect(both.b?.dev?.sd).toBeGreaterThan(0);
  expect(both.b?.seconds).toBe(151 + 152 + 153);
  const beside = compareTrainings(a, { ...asEvaluation(b), run: 'evaluate-cccccc' }, 0);
  expect(beside.b).toBeUndefined();
  expect(beside.refused).toEqual([]);
});

test('other test recordings are no test to compare by', () => {
  const [a, b] = [trainState('train-aaaaaa', { judged: true }), trainState('train-bbbbbb', { judged: true })];
  const data = b.spec.data.map(one => ({ ...one, split_hash: 'ffffffffffff' }));
  expect(compareTrainings(a, { ...b, spec: { ...b.spec, data } }, 0).refused).toEqual([expect.stringContaining('the splits are 5f1c0d9b')]);
});

test('who is in which split is no difference where one of them did not know it when it was planned', () => {
  const made = { ...spec, data: spec.data.map(one => ({ ...one, split_hash: null })) };
  expect(trainingDifferences(made, spec)).toEqual([]);
  expect(trainingDifferences(spec, made)).toEqual([]);
  const other = { ...spec, data: spec.data.map(one => ({ ...one, split_hash: 'ffffffffffff' })) };
  expect(trainingDifferences(spec, other)).toEqual([
    { name: 'recordings', a: 'synthetic-seizures (5f1c0d9b)', b: 'synthetic-seizures (ffffffff)' },
  ]);
});
