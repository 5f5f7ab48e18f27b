/** Every form: one more is one more entry. */
import type { Option } from '../../../../cli/command.ts';
import type { ExportFormat } from './format.ts';

const model: Option = { value: 'FILE', says: 'szcore, onnx: Python file of a checkpoint’s own model, if you trust it' };

export const formats: readonly ExportFormat[] = [
  {
    name: 'szcore',
    says: 'its best checkpoint as the container of the SzCORE leaderboard: a folder to build',
    options: { model },
    load: async () => (await import('./checkpoint.ts')).szcore,
  },
  {
    name: 'onnx',
    says: 'its best checkpoint as one file for programs without PyTorch, compared first',
    options: { model },
    load: async () => (await import('./checkpoint.ts')).onnx,
  },
  {
    name: 'tensorboard',
    says: 'its curves as event files: a folder for each seed',
    options: {},
    load: async () => (await import('./curves.ts')).exportCurves('tensorboard'),
  },
  {
    name: 'wandb',
    says: 'its curves as runs of Weights & Biases, here; nothing is sent without --online',
    options: {
      project: { value: 'NAME', says: 'wandb: the project there (seizure-detection)' },
      entity: { value: 'NAME', says: 'wandb: the person or team there (who is signed in)' },
      online: { says: 'wandb: send them now, as who is signed in to it on this machine' },
    },
    load: async () => (await import('./curves.ts')).exportCurves('wandb'),
  },
];

/** Of all of them; one that is of another form is refused. */
export const formatOptions: Readonly<Record<string, Option>> = Object.assign({}, ...formats.map(({ options }) => options));
