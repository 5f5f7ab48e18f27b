/** What a whole workspace has spent in this billing cycle, by Modal's own word. Pure. */
import type { ModalEnvironment } from '../modal-client/types.ts';
import { sum } from '../util/numbers.ts';

export type WorkspaceSpending = { readonly spent: number; readonly budget: number | null };

/**
 * Of all environments together. Where every one has a budget of its own, these add up; else the workspace's spend limit holds, which Modal tells
 * with the environments that have none. Undefined where Modal did not tell what was spent.
 */
export const workspaceSpending = (
  environments: readonly Pick<ModalEnvironment, 'usage' | 'budget' | 'spendLimit'>[],
): WorkspaceSpending | undefined => {
  const told = environments.flatMap(({ usage }) => (usage === null ? [] : [usage]));
  if (told.length === 0 || told.length < environments.length) return undefined;
  const budgets = environments.flatMap(({ budget }) => (budget === null ? [] : [budget]));
  const limits = environments.flatMap(({ budget, spendLimit }) =>
    budget === null && spendLimit !== null && spendLimit > 0 ? [spendLimit] : [],
  );
  const whole = budgets.length === environments.length ? sum(budgets) : limits.length > 0 ? Math.max(...limits) : null;
  return { spent: sum(told), budget: whole };
};
