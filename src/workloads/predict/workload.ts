/** Finding seizures in recordings without labels, at Modal, as the rest of the program knows it. On this machine it is a command, and no run. */
import { counted } from '../../text/format.ts';
import { sum } from '../../util/numbers.ts';
import { modelSeconds, prepareSeconds, startSeconds, usualHardware } from '../prepare/cost.ts';
import type { Workload } from '../workload.ts';
import { gistOf } from './gist.ts';
import { choicesOf, type PredictChoices } from './plan.ts';
import { fitsPredicted, foldPredicted, nothingPredicted, type PredictResults } from './results.ts';
import { type PredictSpec, predictMisfit } from './spec.ts';

const hoursOf = ({ recordings }: PredictSpec): number => sum(recordings.map(({ seconds }) => seconds)) / 3600;

export const predict: Workload<PredictSpec, PredictResults, PredictChoices> = {
  kind: 'predict',
  name: 'prediction',
  usesGpu: true,
  usualHardware,
  usesDatasets: false,
  noun: { one: 'recording', many: 'recordings' },
  misfit: predictMisfit,
  title: ({ checkpoint, recordings: [first, ...others] }) =>
    `${checkpoint.title} on ${others.length === 0 ? first?.name : `${others.length + 1} recordings`}`,
  total: ({ recordings }) => recordings.length,
  parts: (spec, { cores = 1 } = {}) => {
    const hours = hoursOf(spec);
    const seconds = startSeconds + prepareSeconds(hours, cores) + modelSeconds(hours);
    return [{ name: 'w1', units: spec.recordings.length, weight: Math.max(hours, Number.MIN_VALUE), seconds }];
  },
  guessedFrom: 'hours of recording',
  work: ({ recordings, checkpoint, settings }) => [checkpoint.folder, settings, recordings.map(({ file, bytes }) => [file, bytes])],
  results: { empty: nothingPredicted, fold: foldPredicted, settled: results => results, fits: fitsPredicted },
  done: run => gistOf(run).told,
  doneOf: run => [gistOf(run).told],
  // What could not be predicted is tried again.
  kept: run => gistOf(run).told - gistOf(run).failed,
  gist: gistOf,
  headline: run => {
    const { told, failed, seizures } = gistOf(run);
    return told === 0 ? '' : `${counted(seizures, 'seizure')}${failed > 0 ? `, ${failed} failed` : ''}`;
  },
  headlineMore: run => (gistOf(run).failed > 0 ? '12 seizures, 1 failed' : '123 seizures').length - 'AUROC 0.90'.length,
  bad: () => [],
  traits: ({ checkpoint: { name, title }, threshold }) => [
    { short: name, long: title },
    { short: `>${threshold.toFixed(2)}`, long: `threshold ${threshold.toFixed(2)}` },
  ],
  rating: { name: 'seizures', of: run => gistOf(run).seizures },
  sources: () => [],
  carries: ({ checkpoint: { folder, source }, recordings }) => [
    folder,
    ...(source === undefined ? [] : [source]),
    ...recordings.map(({ file }) => file),
  ],
  job: ({ checkpoint: { name, title, folder, source }, recordings, threshold }, { cores, carriedAt = (local: string) => local }) => ({
    v: 1,
    job: 'predict',
    checkpoint: { name, title, folder: carriedAt(folder), ...(source !== undefined && { source: carriedAt(source) }) },
    recordings: recordings.map(one => ({ name: one.name, edf: carriedAt(one.file), tsv: one.tsv })),
    threshold,
    workers: cores,
  }),
  module: 'seizure',
  runtime: () => 'training',
  packages: ['seizure'],
  folders: ['predictions'],
  app: 'predicting.py',
  torch: () => 'torch',
  environment: () => ({ set: {}, passed: [] }),
  plan: async (choices, context) => {
    const { planFromChoices } = await import('./plan-from-choices.ts');
    return await planFromChoices(choices, context);
  },
  choicesOf,
};
