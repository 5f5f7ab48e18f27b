/** A person's choices → a frozen spec whose budget can hold: the one way to a plan, whatever the workload. */
import { usageError } from '../errors/errors.ts';
import { budgetObstacle } from '../metering/budget.ts';
import { partCount } from '../metering/cloud-cost.ts';
import type { Spec } from '../runs/spec.ts';
import { findWorkload } from './registry.ts';
import type { SharedChoices, SharedContext } from './shared-plan.ts';

const deepFreeze = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
};

/** No more containers than there are parts: more would only wait. */
const fitted = (spec: Spec): Spec => {
  if (spec.cloud === undefined) return spec;
  return { ...spec, cloud: { ...spec.cloud, containers: Math.min(spec.cloud.containers, partCount(spec)) } };
};

const checked = (spec: Spec): Spec => {
  const obstacle = budgetObstacle(spec);
  if (obstacle !== undefined) throw obstacle;
  return deepFreeze(spec);
};

/** Throws a usage error (exit code 2) for the first choice that cannot be. */
export const planRun = async (choices: SharedChoices, context: SharedContext): Promise<Spec> => {
  const workload = findWorkload(choices.kind);
  if (workload === undefined) throw usageError(`There is no workload "${choices.kind}"`, 'this version does not know it', 'ann-tui --help');
  return checked(fitted(await workload.plan(choices, context)));
};

/** The same plan with a budget (dollars). Throws a usage error for one that would be gone before anything is measured. */
export const withBudget = (spec: Spec, budget: number): Spec => checked({ ...spec, budget });
