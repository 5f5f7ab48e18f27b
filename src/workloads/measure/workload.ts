/** Measuring a training's speed on several GPUs, as the rest of the program knows it. */
import { count } from '../../text/format.ts';
import { usualHardware } from '../train/cost.ts';
import type { Workload } from '../workload.ts';
import { partSeconds } from './candidates.ts';
import { gistOf, speedsOf, windowsPerDollar } from './gist.ts';
import { jobOf } from './job.ts';
import { choicesOf, type MeasureChoices } from './plan.ts';
import { fitsMeasured, foldMeasured, type MeasureResults, nothingMeasured } from './results.ts';
import { type MeasureRun, type MeasureSpec, measureMisfit, partName } from './spec.ts';

/** That with the most windows a dollar. */
const bestOf = (run: MeasureRun) =>
  speedsOf(run).toSorted((a, b) => windowsPerDollar(b.rate, b.machine) - windowsPerDollar(a.rate, a.machine))[0];

const doneOf = (run: MeasureRun): readonly number[] => gistOf(run).map(one => (one === null ? 0 : 1));

export const measure: Workload<MeasureSpec, MeasureResults, MeasureChoices> = {
  kind: 'measure',
  name: 'measurement',
  usesGpu: true,
  usualHardware,
  usesDatasets: false,
  noun: { one: 'GPU', many: 'GPUs' },
  misfit: measureMisfit,
  title: ({ config, machines }) =>
    `speed of ${config.model.name} on ${machines.length === 1 ? machines[0]?.gpu : `${machines.length} GPUs`}`,
  total: ({ machines }) => machines.length,
  parts: spec => spec.machines.map((_, at) => ({ name: partName(at), units: 1, weight: 1, seconds: partSeconds(spec) })),
  guessedFrom: 'a minute on each and a usual start',
  guessedWithin: 1.4,
  work: ({ config, settings, source, seconds, machines }) => [
    config,
    settings,
    source?.sha256 ?? null,
    seconds,
    machines.map(({ gpu, cores, memoryGiB }) => [gpu, cores, memoryGiB]),
  ],
  results: { empty: nothingMeasured, fold: foldMeasured, settled: results => ({ ...results, soFar: [] }), fits: fitsMeasured },
  done: run => speedsOf(run).length,
  doneOf,
  gist: gistOf,
  headline: run => {
    const best = bestOf(run);
    return best === undefined ? '' : `${best.machine.gpu} ${count(Math.round(best.rate))} windows/s`;
  },
  headlineMore: () => 'A100-80GB 1,000 windows/s'.length - 'AUROC 0.90'.length,
  bad: () => [],
  traits: ({ preset, machines }) => [
    { short: (preset.split('_')[0] ?? preset).slice(0, 8), long: preset },
    { short: `${machines.length} GPU`, long: machines.map(({ gpu }) => gpu).join(', ') },
  ],
  rating: { name: 'windows/s', of: run => Math.max(0, ...speedsOf(run).map(({ rate }) => rate)) },
  sources: ({ source }) => (source === null ? [] : [source]),
  job: jobOf,
  module: 'seizure',
  runtime: () => 'training',
  packages: ['seizure'],
  folders: [],
  app: 'measuring.py',
  torch: ({ config }) => config.training.kernels ?? 'torch',
  environment: () => ({ set: {}, passed: [] }),
  plan: async (choices, context) => {
    const { planFromChoices } = await import('./plan-from-choices.ts');
    return await planFromChoices(choices, context);
  },
  choicesOf,
};
