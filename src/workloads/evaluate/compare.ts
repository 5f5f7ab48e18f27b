/** Two evaluations beside each other: what differs, then the detectors that both have. Pure. */
import type { DetectorScore, EvaluateResults } from './results.ts';
import type { EvaluateRun, EvaluateSpec } from './spec.ts';
import { ofDataset, ranked } from './verdict.ts';

export type Pair = { readonly dataset: string; readonly title: string; readonly a?: DetectorScore; readonly b?: DetectorScore };

export type Comparison = {
  /** Why no figures may stand beside each other; then there are no pairs. */
  readonly refused: readonly string[];
  /** What differs in how the runs were set, one a line. */
  readonly differences: readonly string[];
  readonly pairs: readonly Pair[];
};

/** Names of what a run is set by, in words, with the value of each. */
const settingsOf = ({ checkpoint, checkpoints, settings, seed, draws, target }: EvaluateSpec): Readonly<Record<string, string>> => ({
  checkpoint,
  ...(checkpoints !== undefined && { 'trained on': [...new Set(checkpoints.flatMap(({ trainedOn }) => trainedOn))].join(', ') }),
  montage: settings.montage,
  rate: `${settings.rate} Hz`,
  band: `${settings.low}–${settings.high} Hz`,
  notch: settings.notch === null ? 'none' : `${settings.notch} Hz`,
  filter: settings.filter,
  clip: String(settings.clip),
  'seed of the draws': String(seed),
  draws: String(draws),
  where: target === 'local' ? 'this machine' : 'Modal',
});

const differencesOf = (a: EvaluateSpec, b: EvaluateSpec): readonly string[] => {
  const theirs = settingsOf(b);
  return Object.entries(settingsOf(a)).flatMap(([name, value]) =>
    theirs[name] === undefined || value === theirs[name] ? [] : [`${name}: ${value} against ${theirs[name]}`],
  );
};

/** What was judged in test, whoever judged it. */
const testOf = ({ judged }: EvaluateResults): string =>
  JSON.stringify(
    judged
      .filter(({ split }) => split === 'test')
      .map(({ recording, patient, seizures }) => [recording, patient, seizures])
      .sort(([one], [other]) => (String(one) < String(other) ? -1 : 1)),
  );

/** Why the test split of one dataset is not the same in both; undefined when it is. */
const otherTest = (a: EvaluateRun, b: EvaluateRun, dataset: string): string | undefined => {
  const hash = ({ spec }: EvaluateRun) => spec.data.find(one => one.dataset === dataset)?.split_hash ?? undefined;
  const [one, other] = [hash(a), hash(b)];
  if (one !== undefined && other !== undefined && one !== other)
    return `${dataset}: the splits are ${one.slice(0, 8)} in ${a.run} and ${other.slice(0, 8)} in ${b.run}`;
  for (const { run, results } of [a, b])
    if (!ofDataset(results, dataset).judged.some(({ split }) => split === 'test')) return `${dataset}: ${run} judged no recording of test`;
  if (testOf(ofDataset(a.results, dataset)) === testOf(ofDataset(b.results, dataset))) return undefined;
  return `${dataset}: ${a.run} and ${b.run} did not judge the same recordings of test`;
};

const pairsOf = (a: EvaluateResults, b: EvaluateResults, dataset: string): readonly Pair[] => {
  const [ours, theirs] = [ofDataset(a, dataset).detectors, ofDataset(b, dataset).detectors];
  const first = ranked(ours).map(score => ({
    dataset,
    title: score.title,
    a: score,
    b: theirs.find(({ detector }) => detector === score.detector),
  }));
  const only = ranked(theirs.filter(({ detector }) => !ours.some(one => one.detector === detector)));
  return [
    ...first.map(({ b: other, ...pair }): Pair => (other === undefined ? pair : { ...pair, b: other })),
    ...only.map((score): Pair => ({ dataset, title: score.title, b: score })),
  ];
};

export const compareEvaluations = (a: EvaluateRun, b: EvaluateRun): Comparison => {
  const datasets = a.spec.datasets.map(({ name }) => name).filter(name => b.spec.datasets.some(other => other.name === name));
  const differences = differencesOf(a.spec, b.spec);
  if (datasets.length === 0) return { refused: ['they have no dataset in common'], differences, pairs: [] };
  const refused = datasets.flatMap(dataset => otherTest(a, b, dataset) ?? []);
  if (refused.length > 0) return { refused, differences, pairs: [] };
  return { refused, differences, pairs: datasets.flatMap(dataset => pairsOf(a.results, b.results, dataset)) };
};

/** What the intervals are. */
export const pairRule = 'Each interval here is of its own run: 95 %, patients drawn anew.';

/** "+0.061" */
export const difference = (a: number | undefined, b: number | undefined): string => {
  if (a === undefined || b === undefined) return '–';
  const by = b - a;
  return `${by < 0 ? '-' : '+'}${Math.abs(by).toFixed(3)}`;
};
