/** Tells a running job of a budget that was changed since its launch, again until the job has it. */
import type { Target } from '../targets/target.ts';
import type { RunState } from './state.ts';

/** Milliseconds between two tries: the way to the job may be broken for a while. */
const tellAgainEvery = 2000;

/** Of one attempt. */
export const createBudgetTeller = (target: Target, step: (name: string) => void) => {
  /** Dollars. */
  let told: number | undefined;
  let triedAt: number | undefined;
  return async ({ handle, budget, stopReason }: RunState): Promise<void> => {
    if (handle === undefined || budget === undefined || stopReason !== undefined || budget === told) return;
    if (triedAt !== undefined && performance.now() - triedAt < tellAgainEvery) return;
    triedAt = performance.now();
    step('before tell budget');
    if ((await target.setBudget?.(handle, budget)) ?? true) told = budget;
  };
};
