/** What `results.json` tells beyond the events: read section by section, so that what does not fit costs only itself. Pure. */
import * as v from 'valibot';
import { listOf, plainOf } from '../../../report/read.ts';
import { isRecord, number } from '../../../util/shape.ts';

const maybe = v.nullish(number);
const text = v.nullish(v.string());

const dataset = v.object({
  name: v.string(),
  layout: text,
  version: text,
  licence: text,
  synthetic: v.nullish(v.boolean()),
  split_hash: text,
  store: text,
  splits: v.optional(v.array(v.object({ split: v.string(), patients: number, recordings: number, hours: number, seizures: number })), []),
});
export type DatasetDetails = v.InferOutput<typeof dataset>;

const figures = v.object({ sensitivity: maybe, precision: maybe, f1: maybe, fa_per_day: maybe });
const mean = v.object({ mean: maybe, sd: maybe, defined: number, undefined: number });
const counts = v.object({
  pooled: figures,
  over_patients: v.object({ sensitivity: mean, precision: mean, f1: mean, fa_per_day: mean }),
});

const scores = v.object({
  rules: v.string(),
  vanished: v.nullish(number),
  events: v.nullish(counts),
  samples: v.nullish(counts),
  kinds: v.optional(v.array(v.object({ kind: v.string(), seizures: number, found: number, sensitivity: number })), []),
  curves: v.nullish(
    v.object({
      reliability: v.optional(v.array(v.object({ low: number, high: number, seconds: number, score: maybe, seizure: maybe })), []),
    }),
  ),
});

const detector = v.object({
  dataset: v.string(),
  detector: v.string(),
  causal: v.nullish(v.boolean()),
  dev_auroc: maybe,
  threshold_chosen: v.nullish(v.boolean()),
  scores: v.nullish(scores),
});
export type DetectorDetails = v.InferOutput<typeof detector>;

export type Details = {
  readonly datasets: readonly DatasetDetails[];
  readonly detectors: readonly DetectorDetails[];
  /** Of the job's machine: names and values as the job tells them, versions among them. */
  readonly machine: Readonly<Record<string, string | number>>;
  readonly settings: Readonly<Record<string, string | number | boolean | null>>;
  readonly seconds?: number;
  readonly seed?: number;
  readonly draws?: number;
};

/** `value`: what the file holds; undefined where a run has none, because it stopped early say. */
export const detailsOf = (value: unknown): Details => {
  const whole = isRecord(value) ? value : {};
  const figure = (name: 'seconds' | 'seed' | 'draws') => (v.is(number, whole[name]) ? { [name]: whole[name] } : {});
  return {
    datasets: listOf(dataset, whole.datasets),
    detectors: listOf(detector, whole.detectors),
    machine: plainOf(whole.machine),
    settings: plainOf(whole.settings),
    ...figure('seconds'),
    ...figure('seed'),
    ...figure('draws'),
  };
};
