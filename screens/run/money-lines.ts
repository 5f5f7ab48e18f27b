/** What screens say of money: the figure with its "≈", what it will be in the end, how the budget stands. Pure. */
import { budgetStanding } from '../../src/metering/budget.ts';
import { shortFleet } from '../../src/metering/fleet-words.ts';
import { type Forecast, outlook } from '../../src/metering/forecast.ts';
import { budgetOf, doubtsOf, isEstimate, type Meter, meter } from '../../src/metering/meter.ts';
import type { Now } from '../../src/metering/plane-clock.ts';
import type { RunState } from '../../src/runs/state.ts';
import { counted, duration, money, percent, rate } from '../../src/text/format.ts';
import { dim, type LineLike, span } from '../app/text.ts';
import { meterRole, type Role } from '../app/theme.ts';

/** "$0.42", with "≈ " where something had to be assumed. */
export const billedWords = (own: Meter): string => `${isEstimate(own) ? '≈ ' : ''}${money(own.billed)}`;

/** Two decimals where they say enough, else four. */
const cents = (dollars: number, digits: number): string => `$${dollars.toFixed(digits)}`;

/** "→ $0.60 ± 0.03": from the 10th to the 90th percentile of what it costs in the end. Undefined where nothing is billed or all is. */
export const finalWords = (seen: Forecast | undefined): string | undefined => {
  if (seen?.dollars === undefined) return undefined;
  const { p10, p90 } = seen.dollars;
  const [middle, half] = [(p10 + p90) / 2, (p90 - p10) / 2];
  const digits = half >= 0.005 && middle >= 0.1 ? 2 : 4;
  return `→ ${cents(middle, digits)} ± ${half.toFixed(digits)}`;
};

/** "2m 10s–3m 40s", or one of them where they would be told alike. */
export const finishWords = ({ seconds: { p10, p90 } }: Pick<Forecast, 'seconds'>): string => {
  const [low, high] = [duration(Math.round(p10)), duration(Math.round(p90))];
  return low === high ? low : `${low}–${high}`;
};

/** What stands at the right end of the top line for a run that is paid for. */
export const paidLine = (state: RunState, now: Now, columns: number, account: string | undefined, seen?: Forecast): LineLike => {
  const own = meter(state, now);
  const budget = budgetOf(state);
  const spent = `${billedWords(own)}${budget === null ? '' : ` of ${money(budget)}`}`;
  const final = columns >= 72 ? finalWords(seen) : undefined;
  const who = columns >= 72 ? `${account ?? 'Modal'} · ` : '';
  const running = state.status === 'ended' ? '' : `${rate(own.rate)} · `;
  return [dim(`${who}${running}`), span(meterRole(own.billed, budget), spent), final !== undefined && dim(` ${final}`)];
};

/** What is being billed, apart: "4 containers, 1 waits". */
const containerWords = (own: Meter): string => {
  const { queued, billed } = own.cloud?.containers ?? { queued: 0, billed: 0 };
  const parts = [...(billed > 0 ? [`${counted(billed, 'container')} billed`] : []), ...(queued > 0 ? [`${queued} waiting, free`] : [])];
  return parts.join(', ');
};

/** What it has cost by now, and will have in the end: one line below the bar. */
export const spentWords = (state: RunState, now: Now, columns = 80, seen?: Forecast): string => {
  const own = meter(state, now);
  if (state.status === 'ended') {
    return `${billedWords(own)} by our own meter, on modal ${shortFleet(state.spec)}`;
  }
  const parts = [`${billedWords(own)} so far`, endWords(seen), columns >= 76 ? containerWords(own) : ''];
  return parts.filter(part => part !== '').join(' · ');
};

const endWords = (seen: Forecast | undefined): string => {
  if (seen?.dollars === undefined) return '';
  const { p10, p90 } = seen.dollars;
  const digits = p10 >= 0.1 ? 2 : 4;
  const range = `${cents(p10, digits)}–${cents(p90, digits)}`;
  return `${range} in the end${seen.basis === 'estimate' ? ' by the estimate' : ''}`;
};

/** Why the figure has an "≈": one line; undefined where it has none, or where the lost contact is told in a line of its own. */
export const doubtLine = (state: RunState, now: Now): string | undefined => {
  const own = meter(state, now);
  const why = doubtsOf(own).filter((_, index) => own.cloud?.doubts[index] !== 'contact');
  return why.length === 0 ? undefined : `≈: ${why.join('; ')}`;
};

/** Of the job's own words about its budget: the same is said here, and renewed every second. */
export const isBudgetWarning = (text: string): boolean => /^\d+ % of the budget\b/.test(text);

const roles: Readonly<Record<number, Role>> = { 0.5: 'dim', 0.8: 'warn', 0.95: 'danger' };

/** From 50, 80 and 95 % on, and where the forecast passes it: how the budget stands. */
export const budgetLine = (state: RunState, now: Now, seen?: Forecast): LineLike | undefined => {
  const budget = budgetOf(state);
  if (budget === null || budget <= 0 || state.status === 'ended') return undefined;
  if (state.stopReason === 'budget')
    return [span('warn', '! '), `The budget of ${money(budget)} is used up: it keeps what is finished and leaves`];
  const own = meter(state, now);
  const { share, lasts, warning } = budgetStanding(budget, own.billed, own.rate);
  const view = seen === undefined ? 'within' : outlook(seen, budget);
  const raise = span('dim', ' · b raises it');
  if (warning > 0) {
    const role = roles[warning] ?? 'warn';
    const left = own.rate > 0 ? `, it lasts ${duration(Math.floor(lasts))}` : '';
    return [span(role, `! ${percent(share + 1e-9)} of the budget is spent`), left, raise];
  }
  if (view === 'within' || seen?.basis !== 'progress') return undefined;
  const words = view === 'passes' ? 'ends it before it is done' : 'may end it before it is done';
  return [span('warn', `! The budget ${words}`), `: about ${money(seen.dollars?.p50 ?? 0)}`, raise];
};
