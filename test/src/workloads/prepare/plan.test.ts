/** Choices → spec of what is prepared: what is counted, what is refused, and in which words. */
import { expect, test } from 'vitest';
import type { InventorySummary } from '../../../../src/datasets/inventory.ts';
import { specMisfit } from '../../../../src/runs/spec-check.ts';
import type { KnownRecordings } from '../../../../src/workloads/prepare/data.ts';
import { choicesOf, type PrepareChoices, planPrepare } from '../../../../src/workloads/prepare/plan.ts';
import { prepare } from '../../../../src/workloads/prepare/workload.ts';
import { inventory, recordingsContext } from '../../../support/recordings.ts';

const choices: PrepareChoices = { kind: 'prepare', datasets: ['synthetic-seizures'], target: 'local', hardware: 'cpu-32' };

const plan = async (changes: Partial<PrepareChoices> = {}, known: readonly KnownRecordings[] = []) =>
  planPrepare({ ...choices, ...changes }, await recordingsContext(known));
const ofSiena = (changes: Partial<InventorySummary> = {}, more: Partial<KnownRecordings> = {}) =>
  [{ dataset: 'siena', inventory: inventory(changes), ...more }] as const;

test('what is made by the run is counted before it is there', async () => {
  const spec = await plan();
  expect(prepare.total(spec)).toBe(180);
  expect(spec.data).toMatchObject([{ dataset: 'synthetic-seizures', synthetic: true, split_hash: null }]);
  expect(spec.data[0]?.splits.map(({ split, recordings, seizures }) => [split, recordings, seizures])).toEqual([
    ['train', 100, null],
    ['dev', 20, null],
    ['test', 60, null],
  ]);
  expect(spec.settings).toEqual({ montage: 'referential', rate: 256, low: 0.5, high: 60, notch: null, filter: 'zero-phase', clip: 10 });
  expect(specMisfit(JSON.parse(JSON.stringify(spec)))).toBeUndefined();
  expect(prepare.title(spec)).toBe('synthetic-seizures, referential');
});

test('what is here is counted by its inventory, only the splits that are prepared', async () => {
  const spec = await plan({ datasets: ['siena'], splits: ['test', 'dev'], montage: 'bipolar' }, ofSiena());
  expect(prepare.total(spec)).toBe(16);
  expect(spec.data[0]?.splits.map(({ split }) => split)).toEqual(['dev', 'test']);
  expect(spec.settings.montage).toBe('bipolar');
  // 48 hours at 3,400 times real time on two cores, and the process.
  expect(prepare.parts(spec, { cores: 2 })).toEqual([{ name: 'w1', units: 16, weight: 48, seconds: 1 + (48 * 3600) / 3400 / 2 }]);
});

test('its job is what `python -m seizure run` reads', async () => {
  const spec = await plan({ datasets: ['siena'], splits: ['dev'] }, ofSiena());
  expect(prepare.job(spec, { dataDir: '/data', cores: 2, sourceAt: () => '' })).toEqual({
    v: 1,
    job: 'prepare',
    datasets: [{ name: 'siena', url: 'https://zenodo.org/records/10640762' }],
    data_dir: '/data',
    settings: spec.settings,
    workers: 2,
    splits: ['dev'],
  });
});

test('the same again, whatever configs/prepare.yaml says by then', async () => {
  const spec = await plan({ datasets: ['siena'], splits: ['dev', 'test'], montage: 'bipolar' }, ofSiena());
  const context = await recordingsContext(ofSiena());
  expect(planPrepare(choicesOf(spec), { ...context, settings: { ...context.settings, rate: 128 } })).toEqual(spec);
});

test('what no address has is asked for as a folder', async () => {
  const hintOf = (byFolder: boolean) => plan({ datasets: ['siena'] }, [{ dataset: 'siena', byFolder }]).catch(error => error.failure.hint);
  expect(await hintOf(true)).toBe('ann-tui sync siena --from FOLDER');
  expect(await hintOf(false)).toBe('ann-tui sync siena');
});

test.each<readonly [string, Partial<PrepareChoices>, readonly KnownRecordings[], RegExp]>([
  ['a dataset that is not here', { datasets: ['siena'] }, [], /siena is not here.*counted before/],
  ['a dataset of vectors', { datasets: ['quick'] }, [], /quick is a dataset of vectors/],
  ['files that changed', { datasets: ['siena'] }, ofSiena({}, { changed: 'it had 41 EDF files' }), /siena has changed: it had 41/],
  [
    'a folder that is gone',
    { datasets: ['siena'] },
    [{ dataset: 'siena', lost: 'its folder /x is gone' }],
    /of siena are gone: its folder \/x/,
  ],
  [
    'a leak',
    { datasets: ['siena'], splits: ['dev'] },
    ofSiena({ errors: [{ what: 'patient PN00 is in train and test', why: 'PN00-1.edf and PN00-2.edf' }] }),
    /siena cannot be used: patient PN00 is in train and test: PN00-1/,
  ],
  [
    'a training split without a seizure',
    { datasets: ['siena'] },
    ofSiena({ errors: [{ what: 'the training split has no seizure', why: 'none of 25', split: 'train' }] }),
    /siena cannot be used: the training split has no seizure/,
  ],
  ['a montage that cannot be made', { datasets: ['siena'] }, ofSiena({ montages: ['bipolar'] }), /no referential montage.*allow: bipolar/],
  ['a montage that there is not', { montage: 'average' }, [], /no montage "average": there are: referential, bipolar/],
  ['a split that there is not', { splits: ['eval'] }, [], /no split "eval": there are: train, dev, test/],
  [
    'an empty split',
    { datasets: ['siena'], splits: ['dev'] },
    ofSiena({ splits: inventory().splits.slice(0, 1) }),
    /no recording in dev: it has: train/,
  ],
])('refused: %s', async (_, changes, known, says) => {
  await expect(plan(changes, known)).rejects.toThrow(says);
  await expect(plan(changes, known)).rejects.toMatchObject({ exitCode: 2 });
});

test('a split without what training needs can be left out, and the next step says so', async () => {
  const broken = ofSiena({ errors: [{ what: 'the training split has no seizure', why: 'none of 25', split: 'train' }] });
  await expect(plan({ datasets: ['siena'] }, broken)).rejects.toMatchObject({
    failure: { hint: 'ann-tui prepare --dataset siena --splits dev,test' },
  });
  expect(prepare.total(await plan({ datasets: ['siena'], splits: ['dev', 'test'] }, broken))).toBe(16);
});

test('the next step has all datasets that were asked for', async () => {
  const known = [...ofSiena(), { dataset: 'tusz', inventory: inventory({ montages: ['bipolar'] }) }];
  await expect(plan({ datasets: ['siena', 'tusz'] }, known)).rejects.toMatchObject({
    failure: { hint: 'ann-tui prepare --dataset siena,tusz --montage bipolar' },
  });
});
