import { usageError } from '../errors.ts';
import { money } from '../money/format.ts';
import { parseMoney } from '../money/parse.ts';
import { specTitle } from '../runs/spec.ts';
import { resumeRun, setBudget } from '../runs/start-supervisor.ts';
import { openRun, resolveRun } from '../runs/store.ts';
import type { Invocation, Run } from './command.ts';
import { waitFor } from './finish.ts';
import { setUpFirst } from './set-up-first.ts';

const budgetOption = (invocation: Invocation): number | undefined => {
  const text = invocation.text('budget');
  if (text === undefined) return undefined;
  const dollars = parseMoney(text);
  if (dollars !== undefined) return dollars;
  throw usageError(`--budget ${text} cannot be`, 'it is an amount of dollars above 0, such as 2 or $2.50', 'ann-tui resume --help');
};

/** With another budget, a run that still goes on is not resumed: it goes on with that. */
export const run: Run = async (invocation, context) => {
  const name = resolveRun(invocation.words[0] ?? '');
  const budget = budgetOption(invocation);
  const before = openRun(name).refresh();
  if (before.status !== 'ended' && budget !== undefined) {
    setBudget(name, budget);
    context.out.line(`${name} · ${specTitle(before.spec)} · a budget of ${money(budget)} from now on`);
    return await waitFor(name, context, { fromNow: true });
  }
  if (before.status === 'ended' && before.outcome !== 'done') await setUpFirst(context);
  resumeRun(name, { budget });
  context.out.line(`${name} · ${specTitle(before.spec)} · attempt ${before.attempt + 1}; ${before.points.length} points are kept`);
  return await waitFor(name, context, { fromNow: true, attempt: before.attempt + 1 });
};
