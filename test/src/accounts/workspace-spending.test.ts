import { expect, test } from 'vitest';
import { workspaceSpending } from '../../../src/accounts/workspace-spending.ts';

const environment = (usage: number | null, budget: number | null, spendLimit: number | null) => ({ usage, budget, spendLimit });

test.each([
  ['budgets of all environments add up', [environment(1, 10, 10), environment(2, 20, 20)], { spent: 3, budget: 30 }],
  ['where one has none, the limit of the workspace holds', [environment(1, 10, 10), environment(2, null, 100)], { spent: 3, budget: 100 }],
  ['without any of both there is none', [environment(1, null, null), environment(2, null, 0)], { spent: 3, budget: null }],
  ['what is not told is not guessed', [environment(1, 10, 10), environment(null, null, 100)], undefined],
  ['nobody told anything', [], undefined],
])('%s', (_name, environments, spending) => {
  expect(workspaceSpending(environments)).toEqual(spending);
});
