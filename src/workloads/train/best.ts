/** What lists need of a training. Pure. */
import { notedGist } from '../../runs/gist.ts';
import { deviation, mean } from '../../util/numbers.ts';
import { scoredDatasets } from '../evaluate/best.ts';
import type { DetectorScore } from '../evaluate/results.ts';
import { stepsOf } from './cost.ts';
import { bestLook, lastCheckpoint, latestOf, stepOf, type TrainResults } from './results.ts';
import type { TrainRun } from './spec.ts';
import { speedOf } from './speed.ts';

/** AUROC of the trained models on the test split of one dataset, seed by seed. */
export type Tested = { readonly dataset: string; readonly aurocs: readonly number[] /** Datasets beside it. */; readonly others: number };

export type Gist = {
  /** Of each seed; one that is over counts whole. */
  readonly steps: readonly number[];
  /** Of each seed the step of its last checkpoint; absent from what was noted by an earlier version. */
  readonly kept?: readonly number[];
  /** The highest AUROC on dev of all seeds so far. */
  readonly dev?: number;
  readonly tested?: Tested;
  /** Windows a second, over all steps. */
  readonly rate?: number;
  /** Bytes of memory that it held at most, of what it told last. */
  readonly memory?: number;
  /** What is wrong with the person's own model: its name and one word. */
  readonly wrong?: { readonly name: string; readonly words: string };
};

/** Scores of what was trained, in the order of the seeds; baselines stand beside them in the same list. */
export const trainedScores = ({ evaluation }: Pick<TrainResults, 'evaluation'>, dataset: string): readonly DetectorScore[] =>
  evaluation.detectors
    .filter(score => score.dataset === dataset && score.seed !== undefined)
    .toSorted((a, b) => (a.seed ?? 0) - (b.seed ?? 0));

const testedOf = (results: TrainResults): Tested | undefined => {
  const datasets = scoredDatasets(results.evaluation);
  const [dataset] = datasets;
  if (dataset === undefined) return undefined;
  const aurocs = trainedScores(results, dataset).flatMap(({ auroc }) => (auroc === undefined ? [] : [auroc]));
  return aurocs.length === 0 ? undefined : { dataset, aurocs, others: datasets.length - 1 };
};

/** For a run out of a list this reads no file, and `run.results` does. */
export const gistOf = (run: Pick<TrainRun, 'spec' | 'results'>): Gist => {
  const noted = notedGist(run) as Gist | undefined;
  if (noted !== undefined) return noted;
  const { spec, results } = run;
  const total = stepsOf(spec);
  const over = new Set([...results.trained, ...results.checked].map(({ seed }) => seed));
  const steps = spec.seeds.map(seed => (over.has(seed) ? total : Math.min(total, stepOf(results, seed))));
  const kept = spec.seeds.map(seed => (over.has(seed) ? total : (lastCheckpoint(results, seed)?.step ?? 0)));
  const looks = spec.seeds.flatMap(seed => bestLook(results, seed)?.auroc ?? []);
  const tested = testedOf(results);
  const rate = speedOf(results, spec.seeds);
  const held = spec.seeds.flatMap(seed => latestOf(results, seed, 'memory_bytes') ?? []);
  const { verdict } = results;
  return {
    steps,
    kept,
    ...(looks.length > 0 && { dev: Math.max(...looks) }),
    ...(tested !== undefined && { tested }),
    ...(rate !== undefined && { rate }),
    ...(held.length > 0 && { memory: Math.max(...held) }),
    ...(verdict !== undefined &&
      verdict.verdict !== 'ok' && { wrong: { name: verdict.model, words: `${verdict.model}: ${verdict.verdict}` } }),
  };
};

/** "0.91"; of several seeds "0.91 ± 0.01" */
export const aurocText = (values: readonly number[], digits = 2): string =>
  `${mean(values).toFixed(digits)}${values.length < 2 ? '' : ` ± ${deviation(values).toFixed(digits)}`}`;
