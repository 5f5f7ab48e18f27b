/** Preparing recordings, as the rest of the program knows it. */
import { notedGist } from '../../runs/gist.ts';
import { sum } from '../../util/numbers.ts';
import type { Workload } from '../workload.ts';
import { usualHardware } from './cost.ts';
import { recordingsOf, syntheticOf } from './data.ts';
import { jobOf } from './job.ts';
import { partsOf } from './parts.ts';
import { choicesOf, type PrepareChoices } from './plan.ts';
import { fitsPrepared, foldPrepared, nonePrepared, type PrepareResults } from './results.ts';
import { montageText } from './settings.ts';
import { type PrepareRun, type PrepareSpec, prepareMisfit } from './spec.ts';

/** What lists need: how many, and how long they are together. */
type Gist = { readonly prepared: number; readonly hours: number };

/** For a run out of a list this reads no file, and `run.results` does. */
const gistOf = (run: PrepareRun): Gist =>
  (notedGist(run) as Gist | undefined) ?? {
    prepared: run.results.prepared.length,
    hours: sum(run.results.prepared.map(({ hours }) => hours)),
  };

const isOver = ({ containers = [] }: PrepareRun, part: string): boolean => {
  const own = containers.filter(({ name }) => name === part);
  return own.length > 0 && own.every(({ finishedAt }) => finishedAt !== undefined);
};

const names = ({ datasets }: PrepareSpec): string => datasets.map(({ name }) => name).join(', ');

export const prepare: Workload<PrepareSpec, PrepareResults, PrepareChoices> = {
  kind: 'prepare',
  name: 'prepare',
  usesGpu: false,
  usualHardware,
  usesDatasets: 'recordings',
  noun: { one: 'recording', many: 'recordings' },
  misfit: prepareMisfit,
  title: spec => `${names(spec)}, ${spec.settings.montage}`,
  total: ({ data }) => recordingsOf(data),
  parts: partsOf,
  guessedFrom: 'hours of recording',
  work: ({ datasets, data, settings }) => [
    datasets.map(({ name }) => name),
    data.map(({ split_hash, splits }) => [split_hash, splits.map(({ split, recordings }) => [split, recordings])]),
    settings,
  ],
  results: { empty: nonePrepared, fold: foldPrepared, settled: results => results, fits: fitsPrepared },
  done: run => gistOf(run).prepared,
  doneOf: run => {
    const parts = partsOf(run.spec);
    if (parts.length === 1) return [gistOf(run).prepared];
    return parts.map(({ name, units }) => {
      const told = run.results.by?.[name] ?? 0;
      // How many a share has is known there alone: one that is over has told all of its own.
      return told > 0 && isOver(run, name) ? Math.max(units, told) : told;
    });
  },
  gist: gistOf,
  headline: run => {
    const { prepared, hours } = gistOf(run);
    if (prepared === 0) return '';
    return `${hours.toFixed(1)} h prepared${syntheticOf(run.spec.data).size > 0 ? ' · synthetic' : ''}`;
  },
  headlineMore: () => 0,
  bad: () => [],
  traits: ({ settings: { montage, rate, filter } }) => [
    { short: montage === 'referential' ? 'ref' : 'bip', long: montageText(montage) },
    { short: `${rate}Hz`, long: `${rate} Hz` },
    { short: filter === 'causal' ? 'cau' : 'zp', long: filter },
  ],
  rating: { name: 'hours', of: run => gistOf(run).hours },
  sources: () => [],
  job: jobOf,
  module: 'seizure',
  runtime: () => 'core',
  packages: ['seizure'],
  folders: [],
  app: 'preparing.py',
  environment: () => ({ set: {}, passed: ['ANNBENCH_MIRRORS', 'ANNBENCH_USER_AGENT'] }),
  plan: async (choices, context) => {
    const { planFromChoices } = await import('./plan-from-choices.ts');
    return await planFromChoices(choices, context);
  },
  choicesOf,
};
