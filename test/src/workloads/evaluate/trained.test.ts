/** What an evaluation says of trained models: the gain, seeds, types of seizures, who was tested where. */
import { expect, test } from 'vitest';
import { plainText } from '../../../../screens/app/text.ts';
import { matrixLines } from '../../../../screens/workloads/evaluate/matrix-lines.ts';
import { evaluateLines } from '../../../../src/workloads/evaluate/cli/lines.ts';
import { matrixOf } from '../../../../src/workloads/evaluate/matrix.ts';
import { planEvaluate } from '../../../../src/workloads/evaluate/plan.ts';
import type { EvaluateResults } from '../../../../src/workloads/evaluate/results.ts';
import { gainWords, seedLines, trainedVerdict } from '../../../../src/workloads/evaluate/trained.ts';
import { atThreshold, headOf, kindsText, verdict } from '../../../../src/workloads/evaluate/verdict.ts';
import { trainedScore } from '../../../support/checkpoints.ts';
import { evaluation } from '../../../support/evaluation.ts';
import { recordingsContext, stateOf } from '../../../support/recordings.ts';

const baselines = evaluation();
const seeds = [trainedScore(0, 0.903), trainedScore(1, 0.921), trainedScore(2, 0.912)];
const results: EvaluateResults = { ...baselines, detectors: [...seeds, ...baselines.detectors] };

test('the first words: the model that dev chose, its gain with the interval, the seeds', () => {
  expect(verdict(results.detectors, true)).toBe(
    'tiny, seed 1 (train-aaaaaa): AUROC 0.921 [0.881, 0.951], better than the best baseline (2–8 Hz power) by 0.137 AUROC ' +
      '[+0.097, +0.177] · synthetic. tiny (train-aaaaaa): AUROC 0.912 ± 0.009 over 3 seeds (0.903, 0.921, 0.912)',
  );
  expect(headOf(results.detectors, true)?.detector.seed).toBe(1);
  expect(trainedVerdict(baselines.detectors, true)).toBe('');
  expect(seedLines(seeds.slice(0, 1))).toEqual([]);
});

test('what an interval does not tell apart is not better; what is worse is said', () => {
  const open = trainedScore(0, 0.79, { gain: 0.006, gain_interval: [-0.02, 0.03] });
  expect(gainWords(open, results.detectors)).toBe('not better than the best baseline (2–8 Hz power): +0.006 AUROC [-0.020, +0.030]');
  const worse = trainedScore(0, 0.7, { gain: -0.084, gain_interval: [-0.12, -0.05] });
  expect(gainWords(worse, results.detectors)).toMatch(/^worse than the best baseline .* by 0\.084 AUROC/);
  const { against, ...none } = open;
  expect(gainWords(none, results.detectors)).toBeUndefined();
});

test('where a threshold comes from stands beside its figures', () => {
  const words = (threshold_from: string): string => atThreshold(trainedScore(0, 0.9, { threshold_from })).split(':')[0] ?? '';
  expect(words('checkpoint')).toBe('at the checkpoint’s threshold 0.620');
  expect(words('dev')).toBe('at the dev threshold 0.620');
  expect(words('test')).toMatch(/chosen on these very recordings$/);
  expect(words('nothing')).toMatch(/nothing was there to choose by$/);
});

const specOf = async (datasets: readonly string[], trainedOn: readonly string[]) => ({
  ...planEvaluate({ kind: 'evaluate', datasets: ['synthetic-seizures'], target: 'local', hardware: 'cpu-32' }, await recordingsContext()),
  datasets: datasets.map(name => ({ name, url: null })),
  checkpoints: seeds.map(({ detector, title, seed = 0 }) => ({ name: detector, title, folder: `/x/${seed}`, seed, trainedOn })),
});

test('types of seizures, in lines of their own', async () => {
  expect(kindsText(seeds[0] as never)).toBe('AUROC by type: focal 0.871 · generalised 0.942');
  const run = stateOf('evaluate-aaaaaa', await specOf(['synthetic-seizures'], ['synthetic-seizures']), results);
  const [first, kinds = [], patients = []] = evaluateLines.report(run);
  expect(first?.[0]).toMatch(/better than the best baseline/);
  expect(kinds[0]).toBe('tiny, seed 1 (train-aaaaaa), by type of seizure · synthetic');
  expect(kinds[2]).toMatch(/^focal +12 +10 +0\.871$/);
  expect(patients[0] ?? '').not.toMatch(/trained on/);
  expect(evaluateLines.tableNotes(run).join('\n')).toMatch(/thresholds chosen on dev, of trained models in training, used once on test/);
});

test('rows are what models were trained on, columns where they were tested; their own data in brackets', async () => {
  const spec = await specOf(['synthetic-seizures', 'siena'], ['siena']);
  const there = seeds.map(score => ({ ...score, dataset: 'siena', auroc: 0.8 }));
  const matrix = matrixOf(spec, { ...results, detectors: [...results.detectors, ...there] });
  const run = stateOf('evaluate-aaaaaa', spec, { ...results, detectors: [...results.detectors, ...there] });
  const lines = evaluateLines.report(run).find(([first]) => first === 'trained on (rows) and tested on (columns)') ?? [];
  expect(lines[1]).toMatch(/^model +trained on +synthetic-seizures +siena$/);
  expect(lines[2]).toMatch(/^tiny, seed 0 \(train-aaaaaa\) +siena +0\.903 \/ 0\.78 +\[0\.800 \/ 0\.78\]$/);
  for (const columns of [60, 80, 120]) {
    const text = plainText(matrixLines(matrix as never, columns));
    expect(text).toMatch(/0\.903 \/ 0\.78/);
    expect(Math.max(...text.split('\n').map(line => line.length))).toBeLessThanOrEqual(columns);
  }
  expect(matrixOf(await specOf(['synthetic-seizures'], ['synthetic-seizures']), results)).toBeUndefined();
});
