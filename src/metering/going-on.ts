import type { Spec } from '../runs/spec.ts';
import type { RunState } from '../runs/state.ts';
import { money, rate } from '../text/format.ts';
import { runningRate } from './cloud-cost.ts';
import { budgetOf, isEstimate, meter } from './meter.ts';
import type { Moment } from './plane-clock.ts';

export type GoingOn = {
  /** Dollars of all attempts so far. */
  readonly billed: number;
  /** Some of that is not the control plane's word. */
  readonly estimate: boolean;
  /** Dollars in force from now on; null for none. */
  readonly budget: number | null;
  /** Dollars an hour while all of it runs. */
  readonly perHour: number;
};

/** `budget`: dollars, when another one is set for it. */
export const goingOn = (state: RunState & { readonly spec: Spec }, now: number | Moment, budget?: number): GoingOn => {
  const own = meter(state, now);
  return { billed: own.billed, estimate: isEstimate(own), budget: budget ?? budgetOf(state), perHour: runningRate(state.spec) };
};

/** "at most $1.20: what is left of $2.00; $0.80 were billed so far; $1.77/h while all of it runs" */
export const goingOnWords = ({ billed, estimate, budget, perHour }: GoingOn): string => {
  const limit =
    budget === null
      ? 'as much as it takes, no budget is set'
      : `at most ${money(Math.max(0, budget - billed))}: what is left of ${money(budget)}`;
  return `${limit}; ${estimate ? '≈ ' : ''}${money(billed)} billed so far; ${rate(perHour)} while all of it runs`;
};
