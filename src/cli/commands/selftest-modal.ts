/** `selftest --target modal`: the price first, then each check as it ends; whatever happens, nothing is left running there. */
import { accountFor } from '../../accounts/account.ts';
import { type ModalStatus, modalStatus } from '../../accounts/modal-status.ts';
import { exitCodes, UserError, usageError } from '../../errors/errors.ts';
import { checksOf } from '../../selftest/modal/checks.ts';
import { mostDollars, type SelftestPlan } from '../../selftest/modal/plan.ts';
import { planNow, selftestAt } from '../../selftest/modal/run.ts';
import { duration, money, rate } from '../../text/format.ts';
import { parseMoney } from '../../text/parse-amount.ts';
import { accountIn, type Context, type Invocation } from '../command.ts';
import { Interruption } from '../io.ts';
import { needModalClient } from '../need-modal.ts';
import { createTeller, tellEnd } from '../text/selftest-lines.ts';

const command = 'ann-tui selftest --target modal';

const budgetOf = (invocation: Invocation): number => {
  const text = invocation.text('budget');
  if (text === undefined) return mostDollars;
  const dollars = parseMoney(text);
  if (dollars === undefined || dollars <= 0 || dollars > mostDollars)
    throw usageError(
      `--budget ${text} cannot be`,
      `it is an amount of dollars, ${mostDollars} at the most`,
      `${command} --budget ${mostDollars}`,
    );
  return dollars;
};

export const planLines = ({ containers, container, rates, training, likely, most, budget, seconds }: SelftestPlan): readonly string[] => [
  `  ${containers} containers of ${container}: one that leads all along (${rate(rates.lead)}), the others (${rate(rates.probe)}) for seconds each`,
  ...(training === undefined
    ? ['  nothing is trained: no GPU']
    : [
        `  a training in miniature on ${training.containers} of ${training.container} (${rate(training.rate)}), one after the other: ${money(training.likely)} of it (--no-training: without)`,
      ]),
  `  about ${duration(seconds.likely)}: ${money(likely)}, an estimate; at most ${money(most)}: none is asked for that could not be paid if it and all others hung to Modal's own timers`,
  `  budget ${money(budget)}, which the job keeps itself; an image that is not there yet is built first (some minutes, PyTorch's some more; Modal does not say what that costs)`,
];

const agreed = async ({ likely, budget }: SelftestPlan, invocation: Invocation, { io, out }: Context): Promise<boolean> => {
  if (invocation.flag('yes')) return true;
  if (!io.interactive || out.json) {
    const why = 'containers at Modal cost money: without a terminal to ask in it needs --yes';
    throw new UserError({ what: 'Nothing was started', why, hint: `${command} --yes` }, exitCodes.usage);
  }
  const question = `Start it? It costs money: about ${money(likely)}, at most ${money(budget)}. [y/N] `;
  return /^y(es)?$/i.test((await io.ask(question)).trim());
};

/** Names that a report for others must not have. */
export const namesIn = ({ workspace, user }: Extract<ModalStatus, { state: 'ready' }>): readonly string[] => [
  workspace,
  ...(user === undefined ? [] : [user]),
];

export const selftestAtModal = async (invocation: Invocation, context: Context): Promise<number> => {
  const { io, out } = context;
  const budget = budgetOf(invocation);
  await needModalClient(context);
  const asked = await accountFor(accountIn(invocation));
  const status = await modalStatus(asked);
  if (status.state !== 'ready')
    throw new UserError({ ...status.failure, kept: 'nothing was started, nothing is billed' }, exitCodes.refused);
  const plan = await planNow(budget, !invocation.flag('no-training'));
  const checks = checksOf(plan);
  const { workspace, environment } = status;
  out.line(
    `What is assumed of Modal, ${checks.length} checks on your own account: ${workspace}${environment === '' ? '' : `/${environment}`}`,
  );
  for (const line of planLines(plan)) out.line(line);
  out.record({ type: 'plan', ...plan });
  if (!(await agreed(plan, invocation, context))) {
    out.line('Nothing was started.');
    return exitCodes.done;
  }
  const teller = createTeller(
    checks.map(({ name }) => name),
    context,
  );
  const { report, problems, cut } = await selftestAt(asked, plan, {
    ...teller,
    hidden: namesIn(status),
    signal: io.signal,
    onLeftBehind: ({ run, problems: rest }) => {
      out.line(`An earlier self-test was killed (${run}): ${rest.length === 0 ? 'what it had left at Modal is removed' : rest.join('; ')}`);
      out.record({ type: 'left-behind', run, problems: rest });
    },
  });
  teller.end();
  for (const problem of problems) out.line(`✗ left at Modal: ${problem}`);
  if (cut !== undefined) out.note(problems.length === 0 ? 'Cut short; what it had at Modal is removed, nothing runs there.' : 'Cut short.');
  const code = tellEnd(report, context);
  if (cut === undefined) return code;
  if (cut instanceof Interruption) return cut.exitCode;
  throw cut;
};
