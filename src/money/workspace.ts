/** What a whole workspace has spent in this billing cycle, by Modal's own word. Pure. */
import type { ModalEnvironment } from '../modal-client/types.ts';

export type WorkspaceSpending = { readonly spent: number; readonly budget: number | null };

/** Of all environments together; a budget only where every one of them has one. Undefined where Modal did not tell. */
export const workspaceSpending = (environments: readonly Pick<ModalEnvironment, 'usage' | 'budget'>[]): WorkspaceSpending | undefined => {
  const told = environments.flatMap(({ usage }) => (usage === null ? [] : [usage]));
  if (told.length === 0 || told.length < environments.length) return undefined;
  const spent = told.reduce((sum, usage) => sum + usage, 0);
  const budgets = environments.flatMap(({ budget }) => (budget === null ? [] : [budget]));
  return { spent, budget: budgets.length === environments.length ? budgets.reduce((sum, budget) => sum + budget, 0) : null };
};
