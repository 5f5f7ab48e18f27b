/** Scoring detectors on recordings, as the rest of the program knows it. */
import { judgeSeconds, makeSeconds, modelSeconds, prepareSeconds, scoreSeconds, startSeconds, usualHardware } from '../prepare/cost.ts';
import { hoursOf, madeHoursOf, recordingsOf, syntheticOf } from '../prepare/data.ts';
import { preparersOf, recordingsJob } from '../prepare/job.ts';
import { montageText } from '../prepare/settings.ts';
import type { Workload } from '../workload.ts';
import { gistOf } from './best.ts';
import { choicesOf, type EvaluateChoices } from './plan.ts';
import { type EvaluateResults, fitsScores, foldScores, noScores } from './results.ts';
import { type EvaluateSpec, evaluateMisfit } from './spec.ts';

export const evaluate: Workload<EvaluateSpec, EvaluateResults, EvaluateChoices> = {
  kind: 'evaluate',
  name: 'evaluation',
  usesGpu: false,
  usualHardware,
  usesDatasets: 'recordings',
  noun: { one: 'recording', many: 'recordings' },
  misfit: evaluateMisfit,
  title: ({ checkpoint, datasets }) => `${checkpoint} on ${datasets.map(({ name }) => name).join(', ')}`,
  total: ({ data }) => recordingsOf(data),
  parts: ({ data, checkpoints = [] }, { cores = 1 } = {}) => {
    const hours = hoursOf(data);
    // Whether they are prepared already is not looked at: it is quickly said then.
    const seconds =
      startSeconds +
      makeSeconds(madeHoursOf(data), cores) +
      prepareSeconds(hours, cores) +
      judgeSeconds(hours) +
      checkpoints.length * modelSeconds(hours) +
      data.length * scoreSeconds;
    return [{ name: 'w1', units: recordingsOf(data), weight: Math.max(hours, Number.MIN_VALUE), seconds }];
  },
  guessedFrom: 'hours of recording',
  work: ({ datasets, data, settings, checkpoint, checkpoints = [], draws }) => [
    datasets.map(({ name }) => name),
    data.map(({ split_hash, splits }) => [split_hash, splits.map(({ split, recordings }) => [split, recordings])]),
    settings,
    checkpoint,
    ...(checkpoints.length > 0 ? [checkpoints.length] : []),
    draws,
  ],
  results: { empty: noScores, fold: foldScores, settled: results => results, fits: fitsScores },
  done: run => gistOf(run).judged,
  doneOf: run => [gistOf(run).judged],
  gist: gistOf,
  headline: run => {
    const { best } = gistOf(run);
    if (best === undefined) return '';
    const synthetic = syntheticOf(run.spec.data).has(best.dataset) ? ' · synthetic' : '';
    return `AUROC ${best.auroc?.toFixed(2) ?? '–'}${synthetic}${best.others > 0 ? ` (+${best.others})` : ''}`;
  },
  headlineMore: () => 0,
  bad: () => [],
  traits: ({ settings: { montage, rate }, checkpoint }) => [
    { short: checkpoint, long: checkpoint },
    { short: montage === 'referential' ? 'ref' : 'bip', long: montageText(montage) },
    { short: `${rate}Hz`, long: `${rate} Hz` },
  ],
  rating: { name: 'AUROC', of: run => gistOf(run).best?.auroc ?? 0 },
  sources: () => [],
  carries: ({ checkpoints = [] }) => [
    ...new Set(checkpoints.flatMap(({ folder, source }) => (source === undefined ? [folder] : [folder, source]))),
  ],
  job: (spec, place) => {
    const { checkpoint, checkpoints = [], seed, draws } = spec;
    const { carriedAt = (local: string) => local } = place;
    const named = checkpoints.map(({ name, title, folder, source }) => ({
      name,
      title,
      folder: carriedAt(folder),
      ...(source !== undefined && { source: carriedAt(source) }),
    }));
    return {
      ...recordingsJob(spec, place),
      ...preparersOf(spec),
      checkpoint,
      ...(named.length > 0 && { checkpoints: named }),
      seed,
      draws,
    };
  },
  module: 'seizure',
  runtime: ({ checkpoints = [] }) => (checkpoints.length === 0 ? 'core' : 'training'),
  packages: ['seizure'],
  folders: ['predictions', 'traces'],
  app: 'evaluating.py',
  torch: ({ checkpoints = [] }) => (checkpoints.length === 0 ? undefined : 'torch'),
  readySeconds: ({ data }, cores) => startSeconds + makeSeconds(madeHoursOf(data), cores) + prepareSeconds(hoursOf(data), cores),
  environment: () => ({ set: {}, passed: ['ANNBENCH_MIRRORS', 'ANNBENCH_USER_AGENT'] }),
  plan: async (choices, context) => {
    const { planFromChoices } = await import('./plan-from-choices.ts');
    return await planFromChoices(choices, context);
  },
  choicesOf,
};
