/** What a run costs: pure, from its state and the time. Screens and plain lines show the same figure. */
import { type RunState, ranFor } from '../runs/state.ts';

export type Meter = {
  /** Seconds the job has run, earlier attempts included. */
  readonly seconds: number;
  /** Dollars that somebody bills: 0 on this machine. */
  readonly billed: number;
  /** Dollars that the same seconds cost on `spec.hardware`. */
  readonly wouldCost: number;
  /** Dollars billed for an hour, now; 0 when nothing runs or nothing is billed. */
  readonly rate: number;
  /** Share of the budget used up, 0…; undefined without a budget. */
  readonly ofBudget?: number;
  /** It still counts. */
  readonly live: boolean;
};

/** `now` in unix milliseconds. A clock set back counts nothing rather than less than nothing. */
export const meter = (state: RunState, now: number): Meter => {
  const live = state.status !== 'ended' && state.launchedAt !== undefined;
  const seconds = ranFor(state, now) / 1000;
  const wouldCost = (seconds / 3600) * state.spec.hardware.dollarsPerHour;
  const paid = state.spec.target === 'modal';
  const billed = paid ? wouldCost : 0;
  const { budget } = state.spec;
  return {
    seconds,
    billed,
    wouldCost,
    rate: paid && live ? state.spec.hardware.dollarsPerHour : 0,
    ...(budget === null ? {} : { ofBudget: billed / budget }),
    live,
  };
};
