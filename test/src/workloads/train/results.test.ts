/** The fold over the events of a real training of two seeds, and what a resume takes back. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { parseLine } from '../../../../src/events/event.ts';
import { packageRoot } from '../../../../src/util/paths.ts';
import { gistOf } from '../../../../src/workloads/train/best.ts';
import {
  bestCheckpoint,
  bestLook,
  fitsTraining,
  foldTraining,
  lastCheckpoint,
  latestOf,
  nothingTrained,
  seriesOf,
  stepOf,
  type TrainResults,
} from '../../../../src/workloads/train/results.ts';
import type { TrainSpec } from '../../../../src/workloads/train/spec.ts';
import { train } from '../../../../src/workloads/train/workload.ts';
import type { WorkloadEvent } from '../../../../src/workloads/workload.ts';
import { stateOf } from '../../../support/recordings.ts';
import { trainSpec } from '../../../support/training.ts';

const events = readFileSync(path.join(packageRoot, 'test/golden/training-events.ndjson'), 'utf8')
  .trimEnd()
  .split('\n')
  .map(text => {
    const parsed = parseLine(text);
    if (parsed.verdict !== 'ok') throw new Error(`${parsed.verdict}: ${text}`);
    return parsed.event as WorkloadEvent;
  });

const fold = (all: readonly WorkloadEvent[], from = nothingTrained): TrainResults => all.reduce(foldTraining, from);

const said = (type: string, fields: object): WorkloadEvent =>
  ({ v: 1, seq: 1, container: 'main', time: 9, type, ...fields }) as WorkloadEvent;

const spec: TrainSpec = trainSpec({ seeds: [0, 1], training: { steps: 60 } });
const runOf = (results: TrainResults) => stateOf('train-aaaaaa', spec, results);

test('what a real training told', () => {
  const results = fold(events);
  expect(fitsTraining(JSON.parse(JSON.stringify(results)))).toBe(true);
  expect(results.models.map(({ seed, parameters }) => [seed, parameters])).toEqual([
    [0, 2317],
    [1, 2317],
  ]);
  expect(results.trained.map(({ seed, step, best_step }) => [seed, step, best_step])).toEqual([
    [0, 60, 60],
    [1, 60, 60],
  ]);
  expect(seriesOf(results, 0, 'loss')?.steps).toHaveLength(60);
  expect(seriesOf(results, 1, 'dev_auroc')?.steps).toEqual([10, 20, 30, 40, 50, 60]);
  expect(latestOf(results, 0, 'looks_without_gain')).toBe(0);
  expect(bestLook(results, 0)).toMatchObject({ step: 60 });
  expect(bestCheckpoint(results, 0)?.step).toBe(60);
  const run = runOf(results);
  expect([train.done(run), train.doneOf(run), train.total(spec)]).toEqual([120, [60, 60], 120]);
  expect(gistOf(run).tested?.aurocs.map(value => value.toFixed(3))).toEqual(['0.538', '0.589']);
  expect(train.headline(run)).toBe('AUROC 0.56 ± 0.04');
  expect(results.evaluation.judged).toHaveLength(8);
});

test('half way: the steps so far, and the best look', () => {
  const at = events.findIndex(event => event.type === 'metric' && (event as unknown as { step: number }).step === 35);
  const run = runOf(fold(events.slice(0, at + 1)));
  expect([train.done(run), train.doneOf(run)]).toEqual([35, [35, 0]]);
  expect(train.headline(run)).toMatch(/^dev 0\.\d\d · synthetic$/);
  expect(train.rating.of(run)).toBe(0);
});

test('a resume takes back what came after its step, of that seed alone', () => {
  const whole = fold(events);
  const back = foldTraining(whole, said('resumed', { seed: 1, step: 35, exact: true }));
  expect(stepOf(back, 1)).toBe(35);
  expect(seriesOf(back, 1, 'loss')?.steps.at(-1)).toBe(35);
  expect(bestCheckpoint(back, 1)?.step).toBe(30);
  expect(lastCheckpoint(back, 1)?.step).toBe(35);
  expect(back.trained.map(({ seed }) => seed)).toEqual([0]);
  expect(seriesOf(back, 0, 'loss')).toEqual(seriesOf(whole, 0, 'loss'));
  expect(train.doneOf(runOf(back))).toEqual([60, 35]);
  // From the beginning, where no checkpoint was left.
  const anew = foldTraining(whole, said('resumed', { seed: 1, step: 0, exact: true }));
  expect([stepOf(anew, 1), bestLook(anew, 1), anew.checkpoints.some(({ seed }) => seed === 1)]).toEqual([0, undefined, false]);
});

test('an early end counts whole; what cannot be computed is left out; what is not known changes nothing', () => {
  const early = fold([
    said('metric', { seed: 0, step: 10, values: { loss: 0.4, dev_auroc: null, later: 'x' } }),
    said('trained', { seed: 0, step: 10, best_step: 5, early: true, seconds: 3, file: 'checkpoints/seed-0/best' }),
  ]);
  expect(early.series.map(({ name }) => name)).toEqual(['loss']);
  expect(train.doneOf(runOf(early))).toEqual([60, 0]);
  expect(foldTraining(early, said('prepared', {}))).toBe(early);
});

test('a check is over with its verdict', () => {
  const told = { seed: 0, learns: false, steps: 200, first_loss: 0.6, last_loss: 0.5, bound: 0.15, losses: [0.6, 0.5], seconds: 4 };
  const results = foldTraining(nothingTrained, said('checked', told));
  const run = stateOf('train-aaaaaa', { ...spec, seeds: [0], check: true as const }, results);
  expect([train.done(run), train.total(run.spec)]).toEqual([200, 200]);
  const bad = { model: 'mine', verdict: 'crashed', what: 'it crashed', why: 'signal 11' };
  expect(train.bad(runOf(foldTraining(nothingTrained, said('model_verdict', bad))))).toEqual([{ name: 'mine', words: 'mine: crashed' }]);
});
