import { exitCodes, UserError, usageError } from '../../errors/errors.ts';
import { budgetObstacle } from '../../metering/budget.ts';
import { costRange, suggestedBudget } from '../../metering/cloud-cost.ts';
import { type GoingOn, goingOn, goingOnWords } from '../../metering/going-on.ts';
import { readMoment } from '../../process/moment.ts';
import { resumeRun, setBudget } from '../../runs/start-supervisor.ts';
import type { RunState } from '../../runs/state.ts';
import { openRun, resolveRun } from '../../runs/store.ts';
import type { Services } from '../../services/services.ts';
import { agree, money } from '../../text/format.ts';
import { parseMoney } from '../../text/parse-amount.ts';
import { countedUnits, keptOf, titleOf, workloadOf } from '../../workloads/registry.ts';
import { readyOnModal } from '../cloud-run.ts';
import type { Context, Invocation, Run } from '../command.ts';
import { waitFor } from '../finish.ts';
import { setUpFirst } from '../set-up-first.ts';

const budgetOption = (invocation: Invocation): number | undefined => {
  const text = invocation.text('budget');
  if (text === undefined) return undefined;
  const dollars = parseMoney(text);
  if (dollars !== undefined) return dollars;
  throw usageError(`--budget ${text} cannot be`, 'it is an amount of dollars above 0, such as 2 or $2.50', 'ann-tui resume --help');
};

/** "12 steps are kept" */
const keptWords = (state: RunState): string => {
  const done = keptOf(state);
  return `${countedUnits(state.spec, done)} ${agree(done, 'is', 'are')} kept`;
};

/** Throws a usage error with a command that works when what is left of the budget is too little to begin with. */
const refuseTooLittle = ({ run, spec }: RunState, { billed, budget }: GoingOn): void => {
  if (budget === null) return;
  const obstacle = budgetObstacle(spec, { spent: billed, budget });
  if (obstacle === undefined) return;
  const { hint = '', ...failure } = obstacle.failure;
  throw new UserError({ ...failure, hint: `ann-tui resume ${run} ${hint}` }, exitCodes.usage);
};

/** Where nobody can be asked, the command itself has to say yes, and how much it may cost. */
const refuseUnsaid = async ({ run, spec }: RunState, { billed, budget }: GoingOn, invocation: Invocation, services: Services) => {
  const yes = invocation.flag('yes');
  if (yes && budget !== null) return;
  const given = invocation.text('budget');
  const wanted = budget === null ? String(suggestedBudget(billed + costRange(spec, await services.plans.estimate(spec)).high)) : given;
  const missing = [...(budget === null ? ['--budget'] : []), ...(yes ? [] : ['--yes'])].join(' and ');
  throw usageError(
    'Nothing was started',
    `to go on with a run on Modal costs money: without a terminal to ask in it needs ${missing}`,
    ['ann-tui resume', run, ...(wanted === undefined ? [] : ['--budget', wanted]), '--yes'].join(' '),
  );
};

/** Whether to spend more on a run on Modal: asked as for a new one, once it is clear that it can go on. `budget`: dollars, if another one was said. */
export const agreedToGoOn = async (
  state: RunState,
  budget: number | undefined,
  invocation: Invocation,
  services: Services,
  context: Context,
): Promise<boolean> => {
  const { io, out } = context;
  const terms = goingOn(state, readMoment(), budget);
  refuseTooLittle(state, terms);
  const asks = io.interactive && !out.json;
  if (!asks) await refuseUnsaid(state, terms, invocation, services);
  await readyOnModal(state.spec, services, context);
  if (!asks || invocation.flag('yes')) return true;
  out.line(`${state.run} · ${titleOf(state.spec)}: ${keptWords(state)}`);
  return /^y(es)?$/i.test((await io.ask(`Go on? It costs money: ${goingOnWords(terms)}. [y/N] `)).trim());
};

/** With another budget, a run that still goes on is not resumed: it goes on with that. */
export const run: Run = async (invocation, context) => {
  const name = resolveRun(invocation.words[0] ?? '');
  const budget = budgetOption(invocation);
  const before = openRun(name).refresh();
  if (before.status !== 'ended' && budget !== undefined) {
    setBudget(name, budget);
    context.out.line(`${name} · ${titleOf(before.spec)} · a budget of ${money(budget)} from now on`);
    return await waitFor(name, context, { fromNow: true });
  }
  if (before.status === 'ended' && before.outcome !== 'done') {
    if (before.spec.target !== 'modal') {
      if (!(await setUpFirst(context, workloadOf(before.spec).runtime(before.spec), invocation.flag('yes')))) return exitCodes.done;
    } else {
      const { createServices } = await import('../../services/create-services.ts');
      if (!(await agreedToGoOn(before, budget, invocation, createServices(), context))) {
        context.out.line('Nothing was started; nothing is billed.');
        return exitCodes.done;
      }
    }
  }
  resumeRun(name, { budget, overBudget: invocation.flag('over-budget') });
  context.out.line(`${name} · ${titleOf(before.spec)} · attempt ${before.attempt + 1}; ${keptWords(before)}`);
  return await waitFor(name, context, { fromNow: true, attempt: before.attempt + 1 });
};
