/** What a training's run has so far: the fold over its own events (`modal/seizure/src/seizure/event-schema.json`). Pure. */
import { keyOfWords, putByKey } from '../../util/keyed.ts';
import { isRecord } from '../../util/shape.ts';
import { type EvaluateResults, fitsScores, foldScores, noScores } from '../evaluate/results.ts';
import type { WorkloadEvent } from '../workload.ts';
import { emptySeries, rewound, type Series, withValue } from './series.ts';
import { type ModelVerdict, toModelVerdict } from './user-code/verdict.ts';

export type { Series } from './series.ts';

/** What is trained, told once a seed. */
export type ModelFacts = {
  readonly seed: number;
  readonly name: string;
  readonly parameters: number;
  readonly logits_hz: number;
  readonly device: string;
  readonly precision: string;
  readonly threads: number;
  readonly steps: number;
};

export type CheckpointRef = {
  readonly seed: number;
  readonly step: number;
  /** Folder below the job's. */
  readonly file: string;
  /** It was the best on dev when it was written. */
  readonly best: boolean;
  readonly bytes: number;
  /** Unix seconds. */
  readonly time: number;
};

/** A training of one seed that is over. */
export type Trained = {
  readonly seed: number;
  readonly step: number;
  readonly best_step: number;
  /** It stopped before its last step, for want of a gain. */
  readonly early: boolean;
  readonly seconds: number;
  /** Folder of the checkpoint that is evaluated, below the job's. */
  readonly file: string;
};

/** An attempt that went on. `exact`: as if it had not been interrupted, to the last bit. */
export type Resumed = { readonly seed: number; readonly step: number; readonly exact: boolean; readonly why?: string };

/** Whether one batch was learnt by heart: the loss on it fell below `bound`. */
export type Checked = {
  readonly seed: number;
  readonly learns: boolean;
  readonly steps: number;
  readonly first_loss: number;
  readonly last_loss: number;
  readonly bound: number;
  /** Of each step. */
  readonly losses: readonly number[];
  readonly seconds: number;
};

export type TrainResults = {
  /** On the file of a person's own model, before anything else was done. */
  readonly verdict?: ModelVerdict;
  readonly models: readonly ModelFacts[];
  readonly series: readonly Series[];
  /** In the order in which they were written; the oldest of them may be gone from the disk. */
  readonly checkpoints: readonly CheckpointRef[];
  readonly trained: readonly Trained[];
  readonly resumed: readonly Resumed[];
  /** Of a run that does nothing else. */
  readonly checked: readonly Checked[];
  /** Of the trained models and the baselines, once they are judged: as an evaluation has them. */
  readonly evaluation: EvaluateResults;
};

export const nothingTrained: TrainResults = {
  models: [],
  series: [],
  checkpoints: [],
  trained: [],
  resumed: [],
  checked: [],
  evaluation: noScores,
};

type Metric = { readonly seed: number; readonly step: number; readonly values: Readonly<Record<string, unknown>> };

const keyOfSeries = ({ seed, name }: Pick<Series, 'seed' | 'name'>): string => keyOfWords(String(seed), name);

const withMetric = (results: TrainResults, { seed, step, values }: Metric): TrainResults => {
  let { series } = results;
  for (const [name, value] of Object.entries(values)) {
    // What cannot be computed (AUROC without a seizure) is told as null.
    if (typeof value !== 'number' || !Number.isFinite(value)) continue;
    const known = series.find(one => one.seed === seed && one.name === name) ?? emptySeries(seed, name);
    series = putByKey(series, withValue(known, step, value), keyOfSeries);
  }
  return series === results.series ? results : { ...results, series };
};

/** What came after the step that a seed goes on from never was. */
const withResumed = (results: TrainResults, resumed: Resumed): TrainResults => {
  const later = ({ seed, step }: { readonly seed: number; readonly step: number }) => seed === resumed.seed && step > resumed.step;
  return {
    ...results,
    series: results.series.map(one => (one.seed === resumed.seed ? rewound(one, resumed.step) : one)),
    checkpoints: results.checkpoints.filter(one => !later(one)),
    trained: results.trained.filter(one => !later(one)),
    resumed: [...results.resumed, resumed],
  };
};

const bySeed = ({ seed }: { readonly seed: number }): string => String(seed);

/** What is told again takes the place of what was told before. */
export const foldTraining = (results: TrainResults, event: WorkloadEvent): TrainResults => {
  const { v, seq, container, time, type, ...fields } = event as WorkloadEvent & Record<string, unknown>;
  const one = fields as unknown;
  switch (type) {
    case 'model':
      return { ...results, models: putByKey(results.models, one as ModelFacts, bySeed) };
    case 'metric':
      return withMetric(results, one as Metric);
    case 'checkpoint': {
      const ref = { ...(one as CheckpointRef), time };
      return { ...results, checkpoints: putByKey(results.checkpoints, ref, of => keyOfWords(String(of.seed), String(of.step))) };
    }
    case 'resumed':
      return withResumed(results, one as Resumed);
    case 'trained':
      return { ...results, trained: putByKey(results.trained, one as Trained, bySeed) };
    case 'model_verdict':
      return { ...results, verdict: toModelVerdict(one as ModelVerdict) };
    case 'checked':
      return { ...results, checked: putByKey(results.checked, one as Checked, bySeed) };
    default: {
      const evaluation = foldScores(results.evaluation, event);
      return evaluation === results.evaluation ? results : { ...results, evaluation };
    }
  }
};

export const fitsTraining = (value: unknown): boolean =>
  isRecord(value) &&
  ['models', 'series', 'checkpoints', 'trained', 'resumed', 'checked'].every(name => Array.isArray(value[name])) &&
  fitsScores(value.evaluation);

/** A metric of one seed; undefined before it was told. */
export const seriesOf = ({ series }: Pick<TrainResults, 'series'>, seed: number, name: string): Series | undefined =>
  series.find(one => one.seed === seed && one.name === name);

/** The newest value of a metric. */
export const latestOf = (results: Pick<TrainResults, 'series'>, seed: number, name: string): number | undefined =>
  seriesOf(results, seed, name)?.values.at(-1);

/** The step that a seed has come to. */
export const stepOf = ({ series, resumed, trained }: TrainResults, seed: number): number =>
  Math.max(
    0,
    ...series.flatMap(one => (one.seed === seed ? one.steps.slice(-1) : [])),
    ...resumed
      .filter(one => one.seed === seed)
      .slice(-1)
      .map(({ step }) => step),
    ...trained.filter(one => one.seed === seed).map(({ step }) => step),
  );

/** The highest AUROC on dev of one seed, and at which step; the first of several that are equal. */
export const bestLook = (
  results: Pick<TrainResults, 'series'>,
  seed: number,
): { readonly step: number; readonly auroc: number } | undefined => {
  const { steps = [], values = [] } = seriesOf(results, seed, 'dev_auroc') ?? {};
  const at = values.indexOf(Math.max(...values));
  const [step, auroc] = [steps[at], values[at]];
  return step === undefined || auroc === undefined ? undefined : { step, auroc };
};

/** The checkpoint that was the best when it was written, the newest of those: what is evaluated in the end. */
export const bestCheckpoint = ({ checkpoints }: Pick<TrainResults, 'checkpoints'>, seed: number): CheckpointRef | undefined =>
  checkpoints.findLast(one => one.seed === seed && one.best);

export const lastCheckpoint = ({ checkpoints }: Pick<TrainResults, 'checkpoints'>, seed: number): CheckpointRef | undefined =>
  checkpoints.findLast(one => one.seed === seed);
