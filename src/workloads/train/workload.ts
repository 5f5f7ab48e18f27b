/** Training a detector, as the rest of the program knows it. */
import { counted } from '../../text/format.ts';
import { mean, sum } from '../../util/numbers.ts';
import { syntheticOf } from '../prepare/data.ts';
import type { Workload } from '../workload.ts';
import { anewOf } from './anew.ts';
import { aurocText, type Gist, gistOf } from './best.ts';
import { stepsOf, usualHardware } from './cost.ts';
import { thereOf } from './forecast.ts';
import { jobOf } from './job.ts';
import { pacedOf, partsOf, readySeconds } from './parts.ts';
import { choicesOf, type TrainChoices } from './plan.ts';
import { fitsTraining, foldTraining, nothingTrained, type TrainResults } from './results.ts';
import { type TrainRun, type TrainSpec, trainMisfit } from './spec.ts';

const headlineOf = ({ spec }: TrainRun, { tested, dev }: Gist): string => {
  const synthetic = (dataset: string): string => (syntheticOf(spec.data).has(dataset) ? ' · synthetic' : '');
  if (tested !== undefined)
    return `AUROC ${aurocText(tested.aurocs)}${synthetic(tested.dataset)}${tested.others > 0 ? ` (+${tested.others})` : ''}`;
  return dev === undefined ? '' : `dev ${dev.toFixed(2)}${spec.data.some(({ synthetic: made }) => made) ? ' · synthetic' : ''}`;
};

export const train: Workload<TrainSpec, TrainResults, TrainChoices> = {
  kind: 'train',
  name: 'training',
  usesGpu: true,
  usualHardware,
  usesDatasets: 'recordings',
  noun: { one: 'step', many: 'steps' },
  misfit: trainMisfit,
  title: ({ config, datasets, check }) =>
    `${check ? 'check of ' : ''}${config.model.name} on ${datasets.map(({ name }) => name).join(', ')}`,
  total: spec => stepsOf(spec) * spec.seeds.length,
  parts: partsOf,
  guessedFrom: 'windows and the model’s size',
  paced: pacedOf,
  there: thereOf,
  work: ({ datasets, data, settings, config, seeds, source, check }) => [
    datasets.map(({ name }) => name),
    data.map(({ split_hash, splits }) => [split_hash, splits.map(({ split, recordings }) => [split, recordings])]),
    settings,
    config,
    seeds.length,
    source?.sha256 ?? null,
    check === true,
  ],
  results: { empty: nothingTrained, fold: foldTraining, settled: results => results, fits: fitsTraining },
  done: run => sum(gistOf(run).steps),
  kept: run => {
    const { kept, steps } = gistOf(run);
    return sum(kept ?? steps);
  },
  doneOf: run => (run.spec.target === 'modal' ? [sum(gistOf(run).steps)] : gistOf(run).steps),
  gist: gistOf,
  headline: run => headlineOf(run, gistOf(run)),
  headlineMore: run => (run.spec.seeds.length > 1 ? ' ± 0.00'.length : 0),
  bad: run => {
    const { wrong } = gistOf(run);
    return wrong === undefined ? [] : [wrong];
  },
  anew: anewOf,
  traits: ({ preset, seeds }) => [
    // The model stands in the title.
    { short: (preset.split('_')[0] ?? preset).slice(0, 8), long: preset },
    { short: counted(seeds.length, 'seed'), long: counted(seeds.length, 'seed') },
  ],
  rating: {
    name: 'AUROC',
    of: run => {
      const { tested } = gistOf(run);
      return tested === undefined ? 0 : mean(tested.aurocs);
    },
  },
  sources: ({ source }) => (source === null ? [] : [source]),
  job: jobOf,
  module: 'seizure',
  runtime: () => 'training',
  packages: ['seizure'],
  folders: ['checkpoints', 'predictions', 'traces'],
  app: 'training.py',
  torch: ({ config }) => config.training.kernels,
  readySeconds: (spec, cores) => readySeconds(spec, cores),
  environment: () => ({ set: {}, passed: ['ANNBENCH_MIRRORS', 'ANNBENCH_USER_AGENT', 'CUDA_VISIBLE_DEVICES'] }),
  meant: async choices => {
    const { loadedFor } = await import('./plan-from-choices.ts');
    return (await loadedFor(choices)).training.datasets;
  },
  plan: async (choices, context) => {
    const { planFromChoices } = await import('./plan-from-choices.ts');
    return await planFromChoices(choices, context);
  },
  choicesOf,
};
