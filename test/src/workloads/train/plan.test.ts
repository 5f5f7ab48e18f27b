/** Choices → spec of a training: what is frozen, what is refused, and in which words. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { InventorySummary } from '../../../../src/datasets/inventory.ts';
import { specMisfit } from '../../../../src/runs/spec-check.ts';
import type { KnownRecordings } from '../../../../src/workloads/prepare/data.ts';
import { trainNotes } from '../../../../src/workloads/train/data-notes.ts';
import { modelChoice } from '../../../../src/workloads/train/model-choice.ts';
import { choicesOf, planTrain, type TrainChoices } from '../../../../src/workloads/train/plan.ts';
import { loadedFor, planFromChoices } from '../../../../src/workloads/train/plan-from-choices.ts';
import { seedsOf } from '../../../../src/workloads/train/seeds.ts';
import { train } from '../../../../src/workloads/train/workload.ts';
import { inventory, recordingsContext } from '../../../support/recordings.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'ann-tui-train-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const mine = path.join(folder, 'mine.py');
writeFileSync(mine, 'import torch\n\nclass Model(torch.nn.Module):\n    pass\n');

const choices: TrainChoices = { kind: 'train', datasets: [], target: 'local', hardware: 'l4', config: 'smoke_test' };

const plan = async (changes: Partial<TrainChoices> = {}, known: readonly KnownRecordings[] = []) => {
  const said = { ...choices, ...changes };
  const loaded = await loadedFor(said);
  const { config, folder: from } = loaded.training;
  return planTrain(said, { ...(await recordingsContext(known)), loaded, model: modelChoice(config.model.name, from) });
};
const ofSiena = (changes: Partial<InventorySummary> = {}) => [{ dataset: 'siena', inventory: inventory(changes) }] as const;

test('a preset, frozen whole; its recordings where none were named', async () => {
  const spec = await plan();
  expect(spec).toMatchObject({ kind: 'train', preset: 'smoke_test', seeds: [0], source: null, config: { model: { name: 'tiny' } } });
  expect(spec.data.map(({ dataset, splits }) => [dataset, splits.map(({ split }) => split)])).toEqual([
    ['synthetic-seizures', ['train', 'dev', 'test']],
  ]);
  expect(specMisfit(JSON.parse(JSON.stringify(spec)))).toBeUndefined();
  expect(train.total(spec)).toBe(spec.config.training.steps);
  expect(train.title(spec)).toBe('tiny on synthetic-seizures');
  expect(train.runtime(spec)).toBe('training');
});

test('a name in a config file that nothing has is told with its line', async () => {
  const file = path.join(folder, 'wrong.yaml');
  const planned = async (text: string, changes: Partial<TrainChoices> = {}) => {
    writeFileSync(file, text);
    return await planFromChoices({ ...choices, config: file, ...changes }, await recordingsContext());
  };
  const at = (line: number, path: string, why: string) => ({
    exitCode: 2,
    failure: {
      what: `${file}:${line}: ${path} is not valid`,
      why: expect.stringContaining(why),
      hint: `\${EDITOR:-vi} +${line} '${file}'`,
    },
  });
  const model = 'training: {steps: 9}\nmodel:\n  name: tyny\n';
  await expect(planned(model)).rejects.toMatchObject(at(3, 'model.name', 'there is no model "tyny": did you mean "tiny"?'));
  await expect(planned('model: {name: ./gone.py}\n')).rejects.toMatchObject(at(1, 'model.name', 'there is no model "./gone.py"'));
  expect(await planned(model, { model: 'tiny' })).toMatchObject({ config: { model: { name: 'tiny' } } });
  expect(await planned(model, { sets: ['model.name=small'] })).toMatchObject({ config: { model: { name: 'small' } } });
  const datasets = 'datasets:\n  - synthetic-seizures\n  - sienna\n';
  await expect(planned(datasets)).rejects.toMatchObject(at(3, 'datasets[1]', 'there is no dataset "sienna": did you mean "siena"?'));
  expect(await planned(datasets, { datasets: ['synthetic-seizures'] })).toMatchObject({ datasets: [{ name: 'synthetic-seizures' }] });
  await expect(planned('', { model: 'tini' })).rejects.toMatchObject({
    failure: { hint: `ann-tui train --config ${file} --model tiny` },
  });
});

test('its job is what `python -m seizure run` reads', async () => {
  const spec = await plan({ model: mine, seeds: '2', sets: ['training.seed=5', 'model.options.anything=3'] });
  expect(train.job(spec, { dataDir: '/data', cores: 2, sourceAt: ({ file }) => `/run/sources/${file}` })).toEqual({
    v: 1,
    job: 'train',
    datasets: [{ name: 'synthetic-seizures' }],
    data_dir: '/data',
    settings: spec.settings,
    workers: 2,
    config: spec.config,
    seeds: [5, 6],
    source: '/run/sources/mine.py',
  });
  expect(spec.config.model).toEqual({ name: 'mine', options: { anything: 3 } });
  expect(train.sources(spec)).toMatchObject([{ file: 'mine.py', from: mine }]);
  expect(train.job(await plan({ check: true }), { cores: 2, sourceAt: () => '' })).toMatchObject({ check: true });
});

test('the same again, whatever the preset says by then; what is said is laid over it', async () => {
  for (const spec of [
    await plan({ sets: ['training.steps=9', 'prepare.rate=100'], seeds: '0,3', montage: 'bipolar' }),
    await plan({ model: mine }),
  ]) {
    const { config, ...again } = { ...choicesOf(spec), config: undefined };
    const { config: __, ...base } = choices;
    const said = { ...base, ...again } as TrainChoices;
    const loaded = await loadedFor(said);
    const model = modelChoice(loaded.training.config.model.name, loaded.training.folder);
    expect(planTrain(said, { ...(await recordingsContext()), loaded, model })).toEqual(spec);
    const more = await loadedFor({ ...said, sets: ['training.steps=10'] });
    expect(more.training.config.training.steps).toBe(10);
  }
});

test.each<readonly [string, readonly number[]]>([
  ['1', [4]],
  ['3', [4, 5, 6]],
  ['0,3,7', [0, 3, 7]],
])('--seeds %s', (text, seeds) => {
  expect(seedsOf(text, 4)).toEqual(seeds);
});

test.each([['0'], ['65'], ['1,1'], ['a'], ['1.5'], ['-1'], ['1,,2'], ['1,4294967296']])('--seeds %s is refused', text => {
  expect(() => seedsOf(text, 0)).toThrow(/--seeds .+ cannot be/);
});

const without = (split: string) => ofSiena({ splits: inventory().splits.filter(one => one.split !== split) });

test.each<readonly [string, Partial<TrainChoices>, readonly KnownRecordings[], RegExp]>([
  [
    'GPUs that would be idle',
    { target: 'modal', hardware: '8x32+H100:2' },
    [],
    /2 GPUs of a container would not all be used: training\.processes is 1/,
  ],
  ['a dataset that is not here', { datasets: ['siena'] }, [], /siena is not here/],
  ['no training split', { datasets: ['siena'] }, without('train'), /siena has no recording in train: there is nothing to train on/],
  ['no dev split', { datasets: ['siena'] }, without('dev'), /siena has no recording in dev: the best checkpoint/],
  [
    'a training split without a seizure',
    { datasets: ['siena'] },
    ofSiena({ errors: [{ what: 'the training split has no seizure', why: 'none of 25', split: 'train' }] }),
    /the training split has no seizure/,
  ],
  ['a montage that cannot be made', { datasets: ['siena'] }, ofSiena({ montages: ['bipolar'] }), /no referential montage/],
  ['a montage that there is not', { montage: 'average' }, [], /no montage "average"/],
  ['a model that there is not', { model: 'tny' }, [], /no model "tny": did you mean "tiny"/],
  [
    'processes that share no batch',
    { sets: ['training.processes=3', 'windows.batch=2'] },
    [],
    /windows\.batch cannot be 2: .*the 3 of training\.processes/,
  ],
  [
    'a longest seizure below the shortest',
    { sets: ['evaluation.min_seconds=50', 'evaluation.max_seconds=10'] },
    [],
    /evaluation\.max_seconds cannot be 10: .*which is 50 \(s\)/,
  ],
  [
    'heads that do not share',
    { sets: ['model.options.ssm_heads=7', 'model.options.ssm_layers=2'] },
    [],
    /ssm_heads cannot be 7: .*7 heads cannot share/,
  ],
  [
    'a rate that the front does not divide',
    { sets: ['prepare.rate=130', 'model.options.front_hz=4'] },
    [],
    /front_hz cannot be 4: 130 Hz is no multiple/,
  ],
  ['a dataset of vectors', { datasets: ['quick'] }, [], /quick is a dataset of vectors/],
])('refused: %s', async (_, changes, known, says) => {
  await expect(plan(changes, known)).rejects.toThrow(says);
  await expect(plan(changes, known)).rejects.toMatchObject({ exitCode: 2 });
});

test('what is told of recordings before a training', async () => {
  const quiet = (split: string) =>
    ofSiena({ splits: inventory().splits.map(one => (one.split === split ? { ...one, seizures: 0 } : one)) });
  const notesOf = async (known: readonly KnownRecordings[]) => trainNotes((await plan({ datasets: ['siena'] }, known)).data);
  expect(await notesOf(ofSiena())).toEqual([]);
  expect(await notesOf(quiet('dev'))).toEqual([expect.stringContaining('no seizure in dev')]);
  expect(await notesOf(quiet('test'))).toEqual([expect.stringContaining('only false alarms')]);
  expect(await notesOf(without('test'))).toEqual([expect.stringContaining('no test split')]);
});
