import type { HardwareRow } from '../prices/container-price.ts';
import type { StorageRates } from '../prices/storage.ts';
import type { Spec } from '../runs/spec.ts';
import type { RunState } from '../runs/state.ts';
import { median, sum } from '../util/numbers.ts';
import { workloadOf } from '../workloads/registry.ts';
import type { Known, Sizes, There } from '../workloads/workload.ts';
import { type CloudEstimate, estimateCloud, roughBasis } from './estimate-cloud.ts';

export type { Sizes } from '../workloads/workload.ts';

/** What decides how long a run takes; equal texts are runs that may be compared. */
const workKey = (spec: Spec): string => JSON.stringify([spec.kind, spec.target, workloadOf(spec).work(spec)]);

/** Seconds that the job ran, undefined when it did not come to its end in one go. */
const wholeRun = (state: RunState): number | undefined =>
  state.outcome === 'done' && state.attempt === 1 && state.launchedAt !== undefined && state.endedAt !== undefined
    ? (state.endedAt - state.launchedAt) / 1000
    : undefined;

/** One machine does all parts, one after the other; what they share it does once. */
const roughSeconds = (spec: Spec, known: Known): number => {
  const parts = workloadOf(spec).parts(spec, known);
  const before = new Map(parts.flatMap(part => (part.before === undefined ? [] : [[part.before.what, part.before.seconds] as const])));
  return sum([...before.values(), ...parts.map(({ seconds = 0 }) => seconds)]);
};

/**
 * `earlier`: runs that were launched from this machine, wherever they ran; `cores`: of this machine; `storage`: what keeping the data costs;
 * `rows`: the price list, for work that is another's on a GPU.
 */
export const estimate = (
  spec: Spec,
  earlier: readonly RunState[],
  sizesOf: (dataset: string) => Sizes | undefined,
  cores: number,
  storage: StorageRates,
  rows: readonly HardwareRow[] = [],
): Estimate => {
  if (spec.cloud !== undefined) {
    const cloud = estimateCloud(spec, spec.cloud, earlier, sizesOf, storage);
    return { seconds: cloud.seconds, basis: cloud.basis, dollarsThere: cloud.dollars.likely, cloud };
  }
  const workload = workloadOf(spec);
  const other = workload.usesGpu ? workload.there?.(spec, rows, earlier, cores) : undefined;
  /** The same time, or what that hardware makes of the work. */
  const there = (likely: number): Pick<Estimate, 'dollarsThere' | 'there'> => {
    if (!workload.usesGpu) return { dollarsThere: (likely / 3600) * spec.hardware.dollarsPerHour };
    return other === undefined ? {} : { dollarsThere: other.dollars, there: other };
  };
  const work = workKey(spec);
  const measured = earlier
    .filter(state => workKey(state.spec) === work)
    .flatMap(state => wholeRun(state) ?? [])
    .sort((a, b) => a - b);
  const [low, high] = [measured[0], measured.at(-1)];
  if (low !== undefined && high !== undefined) {
    const likely = median(measured);
    // One run says nothing about its spread: a busy machine easily takes a third more.
    const seconds = { low: Math.min(low, likely * 0.9), likely, high: Math.max(high, likely * 1.35) };
    const basis = measured.length === 1 ? '1 earlier run like this one here' : `${measured.length} earlier runs like this one here`;
    return { seconds, basis, ...there(likely) };
  }
  const paced = workload.paced?.(spec, earlier, cores);
  if (paced !== undefined) {
    const { seconds: likely, basis } = paced;
    return { seconds: { low: likely / 1.35, likely, high: likely * 1.35 }, basis, ...there(likely) };
  }
  const likely = roughSeconds(spec, { sizesOf, cores });
  return { seconds: { low: likely / 3, likely, high: likely * 3 }, basis: roughBasis(spec), ...there(likely) };
};

export type Estimate = {
  readonly seconds: { readonly low: number; readonly likely: number; readonly high: number };
  /** "3 earlier runs like this one here", "rough: from dataset size". */
  readonly basis: string;
  /** What it costs on `spec.hardware`; nothing is billed on this machine. Absent where nothing is known of the work there. */
  readonly dollarsThere?: number;
  /** Of a run of this machine that takes another time there; absent: the likely time is priced. */
  readonly there?: There;
  /** Of a run on Modal, part by part. */
  readonly cloud?: CloudEstimate;
};
