/** What a run on Modal can cost, said before it starts. Pure. */
import type { BenchSpec } from '../runs/spec.ts';

/** Modal ends every container after a day, whatever was asked for. */
export const longestSeconds = 86_400;

/** What can be measured side by side: each build of each implementation on each dataset. */
export const partsOf = ({ datasets, implementations }: Pick<BenchSpec, 'datasets' | 'implementations'>): number =>
  datasets.length * implementations.length;

/** Containers that measure at once: never more than there are parts. */
export const containersOf = (spec: BenchSpec): number =>
  spec.cloud === undefined ? 0 : Math.max(1, Math.min(spec.cloud.containers, partsOf(spec)));

/** Dollars an hour while everything runs: every container whole, and the coordinator; 0 on this machine. */
export const fullRate = (spec: BenchSpec): number =>
  spec.cloud === undefined ? 0 : containersOf(spec) * spec.hardware.dollarsPerHour + spec.cloud.coordinator.dollarsPerHour;

export type CostRange = { readonly low: number; readonly likely: number; readonly high: number };

/** An estimate, with the cost of its parts where those were looked at one by one. */
type Estimated = {
  readonly seconds: { readonly low: number; readonly likely: number; readonly high: number };
  readonly cloud?: { readonly dollars: CostRange };
};

/** Dollars of the run: of its parts; else of the estimated time with every container at work to the end. */
export const costRange = (spec: BenchSpec, { seconds: { low, likely, high }, cloud }: Estimated): CostRange => {
  if (cloud !== undefined) return cloud.dollars;
  const perSecond = fullRate(spec) / 3600;
  return { low: low * perSecond, likely: likely * perSecond, high: high * perSecond };
};

/** Seconds that the budget lasts while everything runs; undefined without a budget. */
export const budgetSeconds = (spec: BenchSpec): number | undefined =>
  spec.budget === null || fullRate(spec) === 0 ? undefined : (spec.budget / fullRate(spec)) * 3600;
/** A round amount, at least a dollar, that holds for a run which costs `high`: twice that. */
export const suggestedBudget = (high: number): number => {
  const wanted = Math.max(1, 2 * high);
  const magnitude = 10 ** Math.floor(Math.log10(wanted));
  return (([1, 2, 5].find(step => step * magnitude >= wanted * (1 - 1e-9)) ?? 10) as number) * magnitude;
};
