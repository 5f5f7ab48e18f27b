/** More budget for a run that goes on: typed in the footer's place, with what it changes above. */
import { toFailure } from '../../src/errors/errors.ts';
import { budgetOf, meter } from '../../src/metering/meter.ts';
import type { Moment } from '../../src/metering/plane-clock.ts';
import type { RunState } from '../../src/runs/state.ts';
import { money } from '../../src/text/format.ts';
import { parseMoney } from '../../src/text/parse-amount.ts';
import { type Handler, useCommandCenter } from '../app/commands.tsx';
import { useUi } from '../app/context.tsx';
import type { LineLike } from '../app/text.ts';
import { usePrompt } from '../app/use-prompt.ts';
import { isLive, isPaid } from './run-facts.ts';

export type RaiseBudget = {
  readonly open: Handler;
  /** While it is typed. */
  readonly line: LineLike | undefined;
};

/** Why `dollars` cannot be the new budget; undefined when it can. */
export const refusal = (dollars: number | undefined, budget: number | null, spent: number): string | undefined => {
  if (dollars === undefined) return 'A budget is an amount of dollars: 5, 2.50.';
  if (dollars <= spent) return `${money(spent)} is spent already: the budget has to be more. x stops the run.`;
  if (budget !== null && dollars <= budget) return `The budget is ${money(budget)} and can only be raised. x stops the run.`;
  return undefined;
};

export const useBudget = (state: RunState | undefined, moment: Moment): RaiseBudget => {
  const { services } = useUi();
  const { setNote } = useCommandCenter();
  const prompt = usePrompt({
    label: 'new budget in dollars',
    onAccept: text => {
      if (state === undefined || text.trim() === '') return;
      const dollars = parseMoney(text);
      const why = refusal(dollars, budgetOf(state), meter(state, moment).billed);
      if (why !== undefined || dollars === undefined) return setNote(why ?? '');
      services.runs.setBudget(state.run, dollars).then(
        () => setNote(`The budget of ${state.run} is ${money(dollars)} now; its containers hear of it within seconds.`, 'done'),
        error => {
          const failure = toFailure(error);
          setNote(`${failure.what}: ${failure.why}`);
        },
      );
    },
  });
  const open = (): Handler => {
    if (state === undefined) return 'No run is selected.';
    if (!isPaid(state)) return 'It runs on this machine: nothing is billed, so it has no budget.';
    if (!isLive(state)) return `It is over; ann-tui resume ${state.run} --budget USD goes on with it.`;
    if (state.stopReason !== undefined) return 'It is leaving already: the budget cannot hold it any more.';
    // Empty: Enter alone changes nothing.
    return () => prompt.open();
  };
  return { open: open(), line: prompt.line };
};
