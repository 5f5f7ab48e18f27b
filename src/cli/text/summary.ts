import { eachRate, fleetWords } from '../../metering/fleet-words.ts';
import { budgetOf, doubtsOf, isEstimate, meter } from '../../metering/meter.ts';
import type { Moment } from '../../metering/plane-clock.ts';
import type { PhaseState, RunState } from '../../runs/state.ts';
import * as format from '../../text/format.ts';
import { titleOf, unitsOf, workloadOf } from '../../workloads/registry.ts';
import { linesOf } from '../workloads.ts';

/** "build hnsw M=16" */
export const phaseText = ({ name, label }: PhaseState): string => (label === undefined ? name : `${name} ${label}`);

/**
 * "billed $0 · 12s would cost $0.0059 on 32 cores · 32 GiB at $1.77/h (prices of 2026-09-29)"; "billed $0" of work that is another's on a GPU;
 * on Modal what it does cost.
 */
export const costLine = (state: RunState, now: number | Moment): string => {
  const own = meter(state, now);
  const { seconds, billed, wouldCost, rate } = own;
  const { spec } = state;
  const { label, dollarsPerHour, pricesDate } = spec.hardware;
  if (spec.target === 'modal') {
    const limit = budgetOf(state);
    const budget = limit === null ? '' : ` of ${format.money(limit)}`;
    const about = isEstimate(own) ? '≈ ' : '';
    const running = rate > 0 ? ` · ${format.rate(rate)} now` : '';
    return `billed ${about}${format.money(billed)}${budget}, by our own meter${running} · ${fleetWords(spec)} at ${eachRate(spec)} (prices of ${pricesDate})`;
  }
  if (wouldCost === undefined) return `billed ${format.money(billed)}`;
  return `billed ${format.money(billed)} · ${format.duration(seconds)} would cost ${format.money(wouldCost)} on ${label} at ${format.rate(dollarsPerHour)} (prices of ${pricesDate})`;
};

export const costRecord = (state: RunState, now: number | Moment): object => {
  const own = meter(state, now);
  const { seconds, billed, wouldCost, rate } = own;
  const { hardware, target } = state.spec;
  const { id, dollarsPerHour, pricesDate } = hardware;
  const record = {
    billed,
    would_cost: wouldCost ?? null,
    seconds,
    hardware: id,
    dollars_per_hour: dollarsPerHour,
    prices_date: pricesDate,
  };
  return target === 'local'
    ? record
    : { ...record, rate_now: rate, budget: budgetOf(state), estimate: isEstimate(own), doubts: doubtsOf(own) };
};

/** Of one run that is read whole: its cost, and what that bought. */
export const boughtRecord = (state: RunState, now: number | Moment): object => ({
  ...costRecord(state, now),
  ...linesOf(state.spec).bought?.(state, now).record,
});

/** What its money bought, a line or none. */
export const boughtLines = (state: RunState, now: number | Moment): readonly string[] => {
  const { line } = linesOf(state.spec).bought?.(state, now) ?? { line: '' };
  return line === '' ? [] : [line];
};

/** The last line of a run that was followed with `--json`. */
export const resultRecord = (state: RunState, now: number | Moment): object => ({
  type: 'result',
  run: state.run,
  outcome: state.outcome ?? null,
  exit_code: state.exitCode ?? null,
  ...linesOf(state.spec).record(state),
  warnings: state.warnings,
  cost: boughtRecord(state, now),
  ...(state.failure === undefined ? {} : { failure: state.failure }),
});

/** Under the names of its noun: how many, and how many there will be. */
const unitsRecord = (state: RunState): Readonly<Record<string, number>> => {
  const { many } = workloadOf(state.spec).noun;
  const { done, total } = unitsOf(state);
  return { [many]: done, [`${many}_planned`]: total };
};

/** A run on one line of a list. */
export const runRecord = (state: RunState, now: number | Moment): object => ({
  type: 'run',
  run: state.run,
  title: titleOf(state.spec),
  target: state.spec.target,
  status: state.status,
  outcome: state.outcome ?? null,
  exit_code: state.exitCode ?? null,
  attempt: state.attempt,
  created: new Date(state.createdAt).toISOString(),
  ...unitsRecord(state),
  cost: costRecord(state, now),
});
