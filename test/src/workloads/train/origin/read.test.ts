import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseLocated, readLocated } from '../../../../../src/config/located.ts';
import { UserError } from '../../../../../src/errors/errors.ts';
import { packageRoot } from '../../../../../src/util/paths.ts';
import { fieldsOf, sectionNames } from '../../../../../src/workloads/train/config/fields.ts';
import { originFields } from '../../../../../src/workloads/train/origin/fields/fields.ts';
import { originNotes } from '../../../../../src/workloads/train/origin/notes.ts';
import { isOriginConfig, readOriginConfig } from '../../../../../src/workloads/train/origin/read.ts';

const sample = (name: string): string => path.join(packageRoot, 'test/fixtures/origin', `${name}.yaml`);

const read = async (name: string) => readOriginConfig(await readLocated(sample(name)), sample(name));

/** What a file of these lines is refused with. */
const refusal = async (text: string): Promise<UserError> => {
  const node = await parseLocated(text, 'theirs.yaml');
  try {
    readOriginConfig(node, 'theirs.yaml');
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error(`nothing was refused in ${text}`);
};

describe('a config of the origin', () => {
  test('smoke_test, its fields as they are here', async () => {
    const { decided } = await read('smoke_test');
    expect(decided).toEqual({
      datasets: ['tusz'],
      prepare: { montage: 'referential', rate: 256, low: 0.5, high: 120, notch: 60 },
      model: { name: 'base', options: {} },
      windows: { seconds: 60, batch: 8, seizure_fraction: 0.34 },
      training: {
        steps: 7702,
        learning_rate: 3e-4,
        warmup_steps: 231,
        final_learning_rate: 0,
        weight_decay: 0.05,
        gradient_clip: 1,
        accumulate: 1,
        evaluate_every: 7702,
        patience: 5,
        checkpoint_every: 7702,
        precision: 'auto',
        compile: false,
        device: 'cuda',
        seed: 42,
      },
      evaluation: { overlap: 0.8333, hysteresis: 0.08, merge_seconds: 2, min_seconds: 3, max_seconds: 600 },
    });
  });

  test('tusz_train_a100: an epoch is 963 steps of 64 windows', async () => {
    const { decided } = await read('tusz_train_a100');
    expect(decided.training).toMatchObject({ steps: 96_300, warmup_steps: 2889, evaluate_every: 963, checkpoint_every: 4815, patience: 5 });
  });

  test('what a file leaves out is as the origin takes it; 0 and false become what is said for them here', async () => {
    const { decided } = await read('v3');
    expect(decided.prepare).toMatchObject({ high: 45, notch: null });
    expect(decided.windows).toEqual({ seconds: 60, batch: 1, seizure_fraction: null });
    expect(decided.training).toMatchObject({
      steps: 123_232,
      warmup_steps: 12_323,
      gradient_clip: null,
      precision: 'float32',
      patience: 3,
    });
  });

  test('chb_mit is read in the channels that it has', async () => {
    const node = await parseLocated('data: { dataset: chb_mit }\n', 'theirs.yaml');
    expect(readOriginConfig(node, 'theirs.yaml').decided).toMatchObject({ datasets: ['chb-mit'], prepare: { montage: 'bipolar' } });
  });

  test('every field that stands in it is told, with its line', async () => {
    const { told } = await read('tusz_train_a100');
    const lines = readFileSync(sample('tusz_train_a100'), 'utf8').split('\n');
    expect(told.length).toBe(81);
    for (const { field, line } of told) expect(lines[line - 1]).toContain(`${field.field.split('.').at(-1)}:`);
  });

  test('the model is told to be another one, first of all and once', async () => {
    const [, head, first, ...rest] = originNotes(await read('smoke_test'));
    expect(head).toBe('done by other means here:');
    expect(first).toMatch(/^ {2}model\.name, model\.encoder\.\{stages, channels, .*→ model\.name base: another model: /);
    expect(rest.join('\n')).not.toContain('another model: ');
    expect(originNotes(await read('v3'))[2]).toMatch(/model\.norms\.\{boundary_norm, after_gnn\}/);
  });

  test('what is kept, what is changed, and what never mattered there', async () => {
    const notes = originNotes(await read('tusz_train_a100'));
    expect(notes).toContain('  training.batch_size 64 → windows.batch 64: windows of a batch');
    expect(notes.find(note => note.startsWith('  training.epochs'))).toMatch(
      /^ {2}training\.epochs 100 → training\.steps 96300: an epoch is counted/,
    );
    expect(notes.find(note => note.startsWith('  postprocessing.hysteresis.{tau_on'))).toMatch(/→ evaluation\.hysteresis 0\.08: /);
    expect(notes.find(note => note.startsWith('  logging.log_every'))).toMatch(/\(never read there\)$/);
    expect(notes.indexOf('without effect here:')).toBeGreaterThan(notes.indexOf('the same here:'));
  });
});

test('each field has one rule, and what it decides is a field here', () => {
  const names = originFields.map(({ field }) => field);
  expect(new Set(names).size).toBe(names.length);
  const ours = sectionNames.flatMap(name => Object.keys(fieldsOf(name)).map(field => `${name}.${field}`));
  const prepared = ['montage', 'rate', 'band', 'notch', 'clip'].map(name => `prepare.${name}`);
  const decided = originFields.flatMap(({ to }) => (to === undefined ? [] : [to]));
  expect(decided.filter(to => ![...ours, ...prepared, 'datasets'].includes(to))).toEqual([]);
});

test('a config of this program is none of the origin’s', async () => {
  const ours = await parseLocated('model: { name: tiny }\ntraining: { steps: 10 }\nprepare: { rate: 128 }\n', 'ours.yaml');
  expect(isOriginConfig(ours)).toBe(false);
  expect(isOriginConfig(await readLocated(sample('v3')))).toBe(true);
});

/** A file of the origin with one value that cannot be honoured, for each field that has such. */
const bad: Readonly<Record<string, string>> = {
  'data.dataset': 'data: { dataset: siena }',
  'data.sampling_rate': 'data: { sampling_rate: 16 }',
  'data.n_channels': 'data: { n_channels: 22 }',
  'data.window_size': 'data: { window_size: 4 }',
  'data.stride': 'data: { window_size: 60, stride: 61 }',
  'data.split_policy': 'data: { split_policy: custom }',
  'preprocessing.montage': 'preprocessing: { montage: laplacian }',
  'preprocessing.bandpass': 'preprocessing: { bandpass: [0.5, 128] }',
  'preprocessing.notch_freq': 'preprocessing: { notch_freq: 55 }',
  'preprocessing.normalize': 'preprocessing: { normalize: false }',
  'postprocessing.hysteresis.tau_on': 'postprocessing: { hysteresis: { tau_on: 0.6 } }',
  'postprocessing.hysteresis.tau_off': 'postprocessing: { hysteresis: { tau_off: 1.5 } }',
  'postprocessing.hysteresis.min_onset_samples': 'postprocessing: { hysteresis: { min_onset_samples: 512 } }',
  'postprocessing.hysteresis.min_offset_samples': 'postprocessing: { hysteresis: { min_offset_samples: 512 } }',
  'postprocessing.morphology.opening_kernel': 'postprocessing: { morphology: { opening_kernel: 513 } }',
  'postprocessing.morphology.closing_kernel': 'postprocessing: { morphology: { closing_kernel: 513 } }',
  'postprocessing.duration.min_duration_s': 'postprocessing: { duration: { min_duration_s: 601 } }',
  'postprocessing.duration.max_duration_s': 'postprocessing: { duration: { max_duration_s: 2 } }',
  'postprocessing.events.tau_merge': 'postprocessing: { events: { tau_merge: 601 } }',
  'training.epochs': 'data: {}\ntraining: { epochs: 0 }',
  'training.batch_size': 'data: {}\ntraining: { batch_size: 0 }',
  'training.loss': 'data: {}\ntraining: { loss: dice }',
  'training.learning_rate': 'data: {}\ntraining: { learning_rate: 0 }',
  'training.weight_decay': 'data: {}\ntraining: { weight_decay: 2 }',
  'training.optimizer': 'data: {}\ntraining: { optimizer: sgd }',
  'training.scheduler.type': 'data: {}\ntraining: { scheduler: { type: linear } }',
  'training.scheduler.warmup_ratio': 'data: {}\ntraining: { scheduler: { warmup_ratio: 0.6 } }',
  'training.gradient_clip': 'data: {}\ntraining: { gradient_clip: -1 }',
  'training.gradient_accumulation_steps': 'data: {}\ntraining: { gradient_accumulation_steps: 0 }',
  'training.early_stopping.patience': 'data: {}\ntraining: { early_stopping: { patience: -1 } }',
  'training.early_stopping.mode': 'data: {}\ntraining: { early_stopping: { mode: min } }',
  'training.checkpoint_interval': 'data: {}\ntraining: { checkpoint_interval: 0 }',
  'training.resume': 'data: {}\ntraining: { resume: true }',
  'evaluation.fa_rates': 'data: {}\nevaluation: { fa_rates: [10, 3] }',
  'experiment.seed': 'experiment: { seed: -1 }',
  'experiment.device': 'experiment: { device: mps }',
};

describe('what cannot be honoured', () => {
  test('is said of every field that has such values', () => {
    expect(originFields.filter(({ refused }) => refused !== undefined).map(({ field }) => field)).toEqual(Object.keys(bad));
  });

  test.each(Object.entries(bad))('%s', async (field, text) => {
    const { failure, exitCode } = await refusal(`\n${text}\n`);
    expect(exitCode).toBe(2);
    expect(failure.what).toMatch(new RegExp(`^theirs\\.yaml:${text.split('\n').length + 1}: ${field.replaceAll('.', '\\.')} `));
    expect(failure.why).toMatch(/allowed: |; (write|take|name|end) |found .*: /);
  });

  test('two values that do not go together are told at the field that is in the way', async () => {
    const { failure } = await refusal('data:\n  stride: 31\n  window_size: 30\n');
    expect(failure.what).toBe('theirs.yaml:2: data.stride cannot be honoured here');
    expect(failure.why).toBe('windows would leave seconds between them without a score; write window_size or less');
  });

  test('a field that nobody knows is no slip to be passed over', async () => {
    const { failure } = await refusal('data:\n  windw_size: 60\n');
    expect(failure.what).toBe('theirs.yaml:2: data.windw_size is no field of brain-go-brr-v2 that is known here');
    expect(failure.why).toContain('did you mean "data.window_size"?');
  });
});
