import type { Spec } from '../runs/spec.ts';
import { mean, sum } from '../util/numbers.ts';
import { workloadOf } from '../workloads/registry.ts';

/** How many parts of it containers can do side by side. */
export const partCount = (spec: Spec): number => workloadOf(spec).parts(spec).length;

/** Containers that work at once: never more than there are parts. */
export const containersOf = (spec: Spec): number =>
  spec.cloud === undefined ? 0 : Math.max(1, Math.min(spec.cloud.containers, partCount(spec)));

/** Dollars an hour of each part's container, the dearest first, where each has one of its own; undefined where all are alike. */
const ownRates = ({ cloud }: Spec): readonly number[] | undefined =>
  cloud?.each ? (cloud.choices ?? []).map(({ dollarsPerHour }) => dollarsPerHour).toSorted((a, b) => b - a) : undefined;

/** Dollars an hour of a container that works: where each part has one of its own, in the mean of all. */
export const meanRate = (spec: Spec): number => {
  const own = ownRates(spec);
  return own === undefined ? spec.hardware.dollarsPerHour : mean(own);
};

/** Dollars an hour of as many containers as work at once: of the dearest. */
const workingRate = (spec: Spec): number =>
  sum(ownRates(spec)?.slice(0, containersOf(spec)) ?? [containersOf(spec) * spec.hardware.dollarsPerHour]);

/** Dollars an hour while all that do the job run: every container whole, and the coordinator; 0 on this machine. */
export const runningRate = (spec: Spec): number =>
  spec.cloud === undefined ? 0 : workingRate(spec) + spec.cloud.coordinator.dollarsPerHour;

/** Likewise while all of those run that have recordings ready before; 0 where none do. */
export const preparingRate = ({ cloud }: Spec): number =>
  cloud?.preparer === undefined ? 0 : cloud.preparer.containers * cloud.preparer.dollarsPerHour + cloud.coordinator.dollarsPerHour;

/** The most an hour may cost. Preparers are gone before others begin. */
export const fullRate = (spec: Spec): number => Math.max(runningRate(spec), preparingRate(spec));

export type CostRange = { readonly low: number; readonly likely: number; readonly high: number };

/** An estimate, with the cost of its parts where those were looked at one by one. */
type Estimated = {
  readonly seconds: { readonly low: number; readonly likely: number; readonly high: number };
  readonly cloud?: { readonly dollars: CostRange };
};

/** Dollars of the run: of its parts; else of the estimated time with every container at work to the end. */
export const costRange = (spec: Spec, { seconds: { low, likely, high }, cloud }: Estimated): CostRange => {
  if (cloud !== undefined) return cloud.dollars;
  const perSecond = fullRate(spec) / 3600;
  return { low: low * perSecond, likely: likely * perSecond, high: high * perSecond };
};

/** Seconds that the budget lasts while everything runs; undefined without a budget. */
export const budgetSeconds = (spec: Spec): number | undefined =>
  spec.budget === null || runningRate(spec) === 0 ? undefined : (spec.budget / runningRate(spec)) * 3600;

/** A round amount, at least a dollar, that holds for a run which costs `high`: twice that. */
export const suggestedBudget = (high: number): number => {
  const wanted = Math.max(1, 2 * high);
  const magnitude = 10 ** Math.floor(Math.log10(wanted));
  return (([1, 2, 5].find(step => step * magnitude >= wanted * (1 - 1e-9)) ?? 10) as number) * magnitude;
};

/**
 * Seconds until the last of several containers is done. `busy`: seconds that each of those at work still needs; parts that wait go, in their order, to
 * the container that is free first.
 */
export const finishOf = (busy: readonly number[], waiting: readonly number[], containers: number): number => {
  const free = [...busy, ...Array.from({ length: Math.max(0, containers - busy.length) }, () => 0)];
  for (const seconds of waiting) {
    const first = free.indexOf(Math.min(...free));
    free[first] = (free[first] as number) + seconds;
  }
  return Math.max(0, ...free);
};
