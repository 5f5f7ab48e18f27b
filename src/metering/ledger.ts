/** Runs of this machine that were billed, each container with its own time, so that days and months add up to the whole. Pure. */
import type { RunState } from '../runs/state.ts';
import { type BilledSpan, billedSpans, type CostRow, costRow, dollarsBetween } from './history.ts';
import { type Moment, planeTime } from './plane-clock.ts';

export type Ledger = { readonly states: readonly RunState[]; readonly rows: readonly CostRow[]; readonly spans: readonly BilledSpan[] };

/** Unix milliseconds. */
export type Stretch = { readonly from: number; readonly until: number };

const spansOf = (state: RunState, moment: Moment): readonly BilledSpan[] =>
  billedSpans(state, state.status === 'ended' ? (state.endedAt ?? moment.wall) : planeTime(state.planeClock, moment).at);

/** `within`: only runs of which something was billed then; their figures are those of the whole run. */
export const ledgerOf = (runs: readonly RunState[], moment: Moment, within?: Stretch): Ledger => {
  const paid: readonly RunState[] = runs.filter(({ spec }) => spec.target === 'modal');
  const inside = (state: RunState): boolean =>
    within === undefined || dollarsBetween(spansOf(state, moment), within.from, within.until) > 0;
  const states = paid.filter(inside);
  return { states, rows: states.map(state => costRow(state, moment)), spans: states.flatMap(state => spansOf(state, moment)) };
};

/** Of "2026-11", UTC. */
export const monthBounds = (month: string): Stretch => {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return { from: Date.UTC(year, number - 1, 1), until: Date.UTC(year, number, 1) };
};

/** "2026-11": the months in which something was billed, newest first. */
export const billedMonths = (spans: readonly BilledSpan[]): readonly string[] => {
  const months = new Set<string>();
  for (const { from, until } of spans) {
    for (let at = from; at < until; ) {
      const month = new Date(at).toISOString().slice(0, 7);
      months.add(month);
      at = monthBounds(month).until;
    }
  }
  return [...months].toSorted().toReversed();
};
