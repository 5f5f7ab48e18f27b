/** Configs of trainings: presets, files of a person's own, and what is said on the command line. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { parseLocated } from '../../../../../src/config/located.ts';
import { usualSettings } from '../../../../../src/workloads/prepare/config.ts';
import { usualConfig } from '../../../../../src/workloads/train/config/fields.ts';
import { loadTraining, presets } from '../../../../../src/workloads/train/config/load.ts';
import { readTraining, type TrainFile } from '../../../../../src/workloads/train/config/read.ts';
import { saidPlace, setsTree } from '../../../../../src/workloads/train/config/sets.ts';
import { givenHome } from '../../../../support/home.ts';

const home = givenHome();

const usual: TrainFile = { config: usualConfig, settings: usualSettings, datasets: [], folder: '/here' };

const read = async (text: string, otherwise = usual) =>
  readTraining(await parseLocated(text, 'mine.yaml'), { file: 'mine.yaml', path: '' }, otherwise, '/files');
const set = async (texts: readonly string[], otherwise = usual) => readTraining(await setsTree(texts), saidPlace, otherwise, '/here');

test.each(presets)('the preset %s says what can be, on which recordings', async name => {
  const { training, name: shown, notes } = await loadTraining(name);
  expect([shown, notes]).toEqual([name, []]);
  expect(training.datasets).toHaveLength(1);
  expect(training.config.training.steps).toBeGreaterThan(training.config.training.warmup_steps);
});

test('what a file leaves out is as usual; an empty one says nothing', async () => {
  expect(await read('')).toEqual(usual);
  const { config, settings, datasets } = await read(
    'training: { steps: 7, gradient_clip: null }\nprepare: { rate: 128, band: { low: 1, high: 50 } }\ndatasets: siena',
  );
  expect(config).toEqual({ ...usualConfig, training: { ...usualConfig.training, steps: 7, gradient_clip: null } });
  expect(settings).toMatchObject({ rate: 128, low: 1, high: 50, clip: usualSettings.clip });
  expect(datasets).toEqual(['siena']);
});

test('a model of another name begins with its own options, and its path at the file; the same keeps those that it has', async () => {
  const small = await read('model: { name: small, options: { width: 64 } }');
  expect(small.config.model).toEqual({ name: 'small', options: { width: 64 } });
  expect((await read('model: { options: { filters: 8 } }', small)).config.model).toEqual({
    name: 'small',
    options: { width: 64, filters: 8 },
  });
  const own = await read('model: { name: ./mine.py, options: { anything: 3 } }', small);
  expect([own.config.model, own.folder]).toEqual([{ name: './mine.py', options: { anything: 3 } }, '/files']);
  expect((await set(['training.steps=9'], own)).folder).toBe('/files');
});

test.each<readonly [string, RegExp]>([
  ['training:\n  stps: 3', /mine\.yaml:2: training\.stps is not valid: .*did you mean "steps"/],
  ['trainin: {}', /mine\.yaml:1: trainin is not valid: .*did you mean "training"/],
  ['training: { steps: 1.5 }', /training\.steps is not valid: found 1\.5; allowed: a whole number from 1 to 100000000/],
  ['training: { steps: "9" }', /found "9"/],
  ['training: { learning_rate: 0 }', /allowed: a number above 0, up to 1/],
  ['training: { learning_rate: null }', /found nothing/],
  ['training: { precision: float16 }', /allowed: .*auto, float32, bfloat16/],
  ['windows:\n\n  seconds: 1', /mine\.yaml:3: windows\.seconds is not valid/],
  ['model: { name: tiny, options: { widht: 3 } }', /model\.options\.widht is not valid: .*did you mean "width"/],
  ['model: { options: { front_hz: 5 } }', /model\.options\.front_hz is not valid: found 5; allowed: 4, 8, 16/],
  ['model: { name: ./mine.py, options: { a: [1] } }', /model\.options\.a is not valid: found a list/],
  ['prepare: { rate: 64 }', /mine\.yaml:1: prepare\.rate is not valid: high \(60 Hz\) has to be below half the rate/],
  ['training: []', /training is not valid: found a list/],
  ['datasets: []', /datasets is not valid/],
])('%j', async (text, says) => {
  await expect(read(text)).rejects.toThrow(says);
  await expect(read(text)).rejects.toMatchObject({ exitCode: 2 });
});

test('single fields on the command line are typed by the schema; the later of two counts, two that belong together are read together', async () => {
  const said = await set([
    'training.steps=10',
    'training.steps = 20',
    'training.compile=true',
    'windows.seizure_fraction=null',
    'prepare.rate=100',
    'prepare.band.high=40',
    'datasets=[siena, tusz]',
    'model.name=base',
    'model.options.width=64',
  ]);
  expect(said.config.training).toMatchObject({ steps: 20, compile: true });
  expect(said.config.windows.seizure_fraction).toBeNull();
  expect(said.settings).toMatchObject({ rate: 100, low: 0.5, high: 40 });
  expect(said.datasets).toEqual(['siena', 'tusz']);
  expect(said.config.model).toEqual({ name: 'base', options: { width: 64 } });
});

test.each<readonly [string, RegExp]>([
  ['training.steps=many', /--set training\.steps cannot be: found "many"; allowed: a whole number/],
  ['training.step=3', /--set training\.step cannot be: .*did you mean "steps"/],
  ['training=3', /--set training cannot be: found 3/],
  ['steps=3', /--set steps cannot be: .*an unknown key/],
  ['training.steps', /--set training\.steps cannot be: it is a field and its value/],
  ['training.steps=', /it is a field and its value/],
  ['=3', /it is a field and its value/],
  ['prepare.rate=64', /--set prepare\.rate cannot be: high \(60 Hz\)/],
  ['model.name=[', /--set model\.name cannot be: found a list|never/],
])('--set %s', async (text, says) => {
  if (text === 'model.name=[') expect((await set([text])).config.model.name).toBe('[');
  else await expect(set([text])).rejects.toThrow(says);
});

test('a person’s own copy of a preset takes its place; files are found, and slips told', async () => {
  const folder = path.join(home(), 'config/training');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'laptop.yaml'), 'training: { steps: 11 }\n');
  expect((await loadTraining('laptop')).training.config.training.steps).toBe(11);
  const file = path.join(home(), 'mine.yaml');
  writeFileSync(file, 'training: { steps: 12 }\n');
  expect(await loadTraining(file)).toMatchObject({ name: 'mine.yaml', training: { config: { training: { steps: 12 } } } });
  await expect(loadTraining('latop')).rejects.toThrow(/no config "latop": did you mean "laptop"\? there are: laptop, smoke_test/);
  await expect(loadTraining('./none.yaml')).rejects.toThrow(/there is no such file/);
});

test('a config of the origin is read as one, and told field by field', async () => {
  const file = path.join(home(), 'origin.yaml');
  writeFileSync(file, 'experiment: { name: x, seed: 3 }\ntraining: { batch_size: 16 }\n');
  const { training, notes } = await loadTraining(file);
  expect(training.config).toMatchObject({ model: { name: 'base' }, windows: { batch: 16 }, training: { seed: 3 } });
  expect(notes.length).toBeGreaterThan(0);
});

test.each(['laptop', 'smoke_test'])('%s has one thread: on a busy machine small steps of several wait for each other', async name => {
  expect((await loadTraining(name)).training.config.training.threads).toBe(1);
});
