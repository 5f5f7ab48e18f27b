/** The key that begins a training, and those of its first question and of its result. */
import type { Entry } from '../../app/entry.ts';

export const trainStarts = [
  { id: 'train', keys: ['t'], scopes: ['home'], label: 'train', help: 'Train the seizure detector on EEG recordings', footer: 2.5 },
] as const satisfies readonly Entry[];

export const trainKeys = [
  {
    id: 'train-model',
    keys: ['m'],
    scopes: ['train'],
    label: 'model',
    help: 'The next model: another size, or a file of your own',
    footer: 2,
  },
  {
    id: 'train-seeds',
    keys: ['s'],
    scopes: ['train'],
    label: 'seeds',
    help: 'Train once, three times or five, each from another seed',
    footer: 3,
  },
  { id: 'train-own', keys: ['n'], scopes: ['train'], label: 'your own', help: 'A model of your own, in one Python file', footer: 4 },
  { id: 'model-check', keys: ['c'], scopes: ['model'], label: 'check', help: 'Try the file: shapes, numbers, gradients', footer: 2 },
  { id: 'model-name', keys: ['e'], scopes: ['model'], label: 'another name', help: 'Choose the name of the fresh file', footer: 3 },
  {
    id: 'training-curves',
    keys: ['v'],
    scopes: ['training'],
    label: 'curves',
    help: 'Every metric over the steps, or the scores again',
    footer: 2,
  },
  {
    id: 'training-evaluate',
    keys: ['e'],
    scopes: ['training'],
    label: 'evaluate',
    help: 'Score the checkpoint on other recordings',
    footer: 3,
  },
  {
    id: 'training-checkpoints',
    keys: ['p'],
    scopes: ['training'],
    label: 'checkpoints',
    help: 'Seeds and checkpoints, with where the best one lies; or the scores again',
    footer: 6,
  },
] as const satisfies readonly Entry[];
