import { expect, test } from 'vitest';
import { specMisfit } from '../../../../src/runs/spec-check.ts';
import { dataNotes } from '../../../../src/workloads/evaluate/data-notes.ts';
import { choicesOf, type EvaluateChoices, planEvaluate } from '../../../../src/workloads/evaluate/plan.ts';
import { evaluate } from '../../../../src/workloads/evaluate/workload.ts';
import type { KnownRecordings } from '../../../../src/workloads/prepare/data.ts';
import { inventory, recordingsContext } from '../../../support/recordings.ts';

const choices: EvaluateChoices = { kind: 'evaluate', datasets: ['synthetic-seizures'], target: 'local', hardware: 'cpu-32' };

const plan = async (changes: Partial<EvaluateChoices> = {}, known: readonly KnownRecordings[] = []) =>
  planEvaluate({ ...choices, ...changes }, await recordingsContext(known));

test('nothing but Enter: the baselines on made-up patients, dev and test', async () => {
  const spec = await plan();
  expect(spec).toMatchObject({ kind: 'evaluate', checkpoint: 'baseline', seed: 0, draws: 1000 });
  expect(evaluate.total(spec)).toBe(80);
  expect(evaluate.title(spec)).toBe('baseline on synthetic-seizures');
  expect(specMisfit(JSON.parse(JSON.stringify(spec)))).toBeUndefined();
  expect(specMisfit({ ...spec, data: [{}] })).toBe('data.0.dataset');
  expect(evaluate.job(spec, { dataDir: '/data', cores: 2, sourceAt: () => '' })).toEqual({
    v: 1,
    job: 'evaluate',
    datasets: [{ name: 'synthetic-seizures' }],
    data_dir: '/data',
    settings: spec.settings,
    workers: 2,
    checkpoint: 'baseline',
    seed: 0,
    draws: 1000,
  });
  expect(planEvaluate(choicesOf(spec), await recordingsContext())).toEqual(spec);
});

test('more cores make and prepare faster; one core judges, and scores', async () => {
  const spec = await plan();
  const seconds = (cores: number): number => evaluate.parts(spec, { cores })[0]?.seconds ?? 0;
  const alone = 1 + (8 * 3600) / 10_000 + 1;
  const shared = (made: number): number => (made * 3600) / 2800 + (8 * 3600) / 3400;
  // Made are the recordings of train too, 100 of 150 s.
  expect(seconds(4)).toBeCloseTo(alone + shared(8 + 15_000 / 3600) / 4, 6);
  expect(seconds(4) - seconds(32)).toBeLessThan(6);
});

test('what is wrong with the training split does not keep from scoring; a leak does', async () => {
  const errors = [{ what: 'the training split has no seizure', why: 'none of 25', split: 'train' }];
  expect(evaluate.total(await plan({ datasets: ['siena'] }, [{ dataset: 'siena', inventory: inventory({ errors }) }]))).toBe(16);
  const leak = [{ what: 'patient PN00 is in train and test', why: 'two files' }];
  await expect(plan({ datasets: ['siena'] }, [{ dataset: 'siena', inventory: inventory({ errors: leak }) }])).rejects.toThrow(/PN00 is in/);
});

test('a set without seizures is told, and one without a test split refused', async () => {
  const without = inventory({ splits: inventory().splits.map(one => ({ ...one, seizures: 0 })) });
  expect(dataNotes((await plan({ datasets: ['siena'] }, [{ dataset: 'siena', inventory: without }])).data)).toEqual([
    'siena has no seizure in dev: no threshold can be chosen there',
    'siena has no seizure in test: only false alarms can be counted',
  ]);
  expect(dataNotes((await plan()).data)).toEqual([]);
  const noTest = inventory({ splits: inventory().splits.slice(0, 2) });
  await expect(plan({ datasets: ['siena'] }, [{ dataset: 'siena', inventory: noTest }])).rejects.toThrow(/siena has no recording in test/);
});
