/** What `results.json` tells beyond the events. Pure. */
import * as v from 'valibot';
import { listOf, plainOf } from '../../../report/read.ts';
import { isRecord, number } from '../../../util/shape.ts';

const shape = v.pipe(v.array(number), v.minLength(2));

const dataset = v.object({
  name: v.string(),
  sha256: v.nullish(v.string()),
  distance: v.nullish(v.string()),
  /** Rows and dimension. */
  train: v.nullish(shape),
  /** Queries and dimension. */
  test: v.nullish(shape),
});
export type DatasetDetails = v.InferOutput<typeof dataset>;

export type Details = {
  readonly datasets: readonly DatasetDetails[];
  /** Of the job's machine: names and values as the job tells them, versions among them. */
  readonly machine: Readonly<Record<string, string | number>>;
  readonly seconds?: number;
};

/** `value`: what the file holds; undefined where a run has none, because it stopped early say. */
export const detailsOf = (value: unknown): Details => {
  const whole = isRecord(value) ? value : {};
  return {
    datasets: listOf(dataset, whole.datasets),
    machine: plainOf<string | number>(whole.machine),
    ...(v.is(number, whole.seconds) && { seconds: whole.seconds }),
  };
};
