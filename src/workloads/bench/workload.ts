/** Benchmarks of nearest-neighbour implementations, as the rest of the program knows them. */
import { count } from '../../text/format.ts';
import { isRecord } from '../../util/shape.ts';
import type { Workload } from '../workload.ts';
import { anewOf } from './anew.ts';
import { bestPoint, gistOf } from './best-point.ts';
import { choicesOf } from './choices.ts';
import { badVerdicts, verdictWords } from './code-verdicts.ts';
import { jobOf, sourcesOf } from './job.ts';
import { partsOf, pointsOfParts } from './parts.ts';
import type { BenchChoices } from './plan.ts';
import { priceOfQueries } from './query-price.ts';
import { recall } from './recall-text.ts';
import { type BenchResults, foldResults, noResults, settled } from './results.ts';
import { type BenchSpec, plannedPoints, specTitle } from './spec.ts';
import { benchMisfit } from './spec-check.ts';

/** Where a person's own pip looks for packages. */
const pipVariables = [
  'PIP_CONFIG_FILE',
  'PIP_INDEX_URL',
  'PIP_EXTRA_INDEX_URL',
  'PIP_FIND_LINKS',
  'PIP_NO_INDEX',
  'PIP_TRUSTED_HOST',
  'PIP_CERT',
];

export const bench: Workload<BenchSpec, BenchResults, BenchChoices> = {
  kind: 'bench',
  name: 'benchmark',
  usesGpu: false,
  usualHardware: 'cpu-32',
  usesDatasets: 'vectors',
  noun: { one: 'point', many: 'points' },
  misfit: benchMisfit,
  title: specTitle,
  total: plannedPoints,
  parts: partsOf,
  guessedFrom: 'dataset size',
  work: ({ datasets, implementations, k, threads, subset, repeats, seed }) => [
    datasets.map(({ name }) => name),
    implementations.map(({ name, build, search, atRecall, source }) => [
      name,
      build,
      search,
      source?.sha256,
      ...(atRecall === undefined ? [] : [atRecall]),
    ]),
    [k, threads, subset, repeats, seed],
  ],
  results: {
    empty: noResults,
    fold: foldResults,
    settled,
    fits: value => isRecord(value) && Array.isArray(value.points),
  },
  done: run => {
    const { points, unreached = 0 } = gistOf(run);
    return points + unreached;
  },
  doneOf: pointsOfParts,
  gist: gistOf,
  headline: run => {
    const best = bestPoint(run);
    return best === undefined ? '' : `${best.impl} ${count(best.qps)} QPS @ ${recall(best.recall)}${best.rule}${best.where}`;
  },
  // The label of a recall of an older version is told, too.
  headlineMore: run => bestPoint(run)?.rule.length ?? 0,
  bad: run => badVerdicts(gistOf(run).verdicts).map(verdict => ({ name: verdict.impl, words: verdictWords(verdict) })),
  anew: anewOf,
  traits: ({ k, threads, subset, repeats }) => [
    { short: `k${k}`, long: `k ${k}` },
    { short: `t${threads}`, long: `${threads} thr` },
    subset === null ? { short: 'all', long: 'all' } : { short: `${count(subset)}v`, long: `first ${count(subset)}` },
    { short: `×${repeats}`, long: `best of ${repeats}` },
  ],
  rating: { name: 'QPS', of: run => bestPoint(run)?.qps ?? 0 },
  price: priceOfQueries,
  sources: sourcesOf,
  job: jobOf,
  module: 'annbench',
  runtime: () => 'core',
  packages: ['annbench'],
  // Points as ann-benchmarks stores them, a file each, are for its own plots.
  folders: ['results-hdf5'],
  app: 'benchmark.py',
  environment: ({ compiled, peers }) => ({
    set: { ANNBENCH_CACHE: compiled, ANNBENCH_PEERS: peers },
    passed: ['ANNBENCH_MIRRORS', 'ANNBENCH_USER_AGENT', ...pipVariables],
  }),
  plan: async (choices, context) => {
    const { planFromChoices } = await import('./plan-from-choices.ts');
    return await planFromChoices(choices, context);
  },
  choicesOf,
};
