/** Which GPUs a budget measures, and how many of them at once. Pure. */
import { exitSeconds, leastStartup } from '../../metering/hanging.ts';
import { sum } from '../../util/numbers.ts';
import type { TrainConfig } from '../train/config-shape.ts';
import type { Machine } from './spec.ts';

/** Dollars, where nothing else was said. */
export const usualBudget = 0.5;

/** Seconds of steps on each GPU. */
export const usualSeconds = 60;

/** Parts: so many functions its app declares (modal/apps/measuring.py). */
export const mostMachines = 8;

/** Before the first step that counts: Python, PyTorch, the model, two steps; seconds, a guess on the high side until Modal was asked. */
const beginning = 20;
/** And where the model is compiled, which its first steps wait for. */
const compiling = 60;

/** What is measured, as far as its time goes. */
export type Timed = { readonly seconds: number; readonly config: { readonly training: Pick<TrainConfig['training'], 'compile'> } };

/** Seconds of a container from its job's first word to its last. */
export const partSeconds = ({ seconds, config }: Timed): number => seconds + beginning + (config.training.compile ? compiling : 0);

/** Of a start, an exit, and what takes longer than it should: what the job's own account holds ready for a container beside its part. */
const spare = 33;
/** From the word to leave to the end of the last container, as that account reckons. */
const leaving = 17;
/** Seconds before its timer at which a sound part leaves (jobkit/cloud/worker/limits.py). */
const margin = 30;

type Priced = Pick<Machine, 'dollarsPerHour'>;

const dearestFirst = (machines: readonly Priced[]): readonly number[] =>
  machines.map(({ dollarsPerHour }) => dollarsPerHour).toSorted((a, b) => b - a);

/**
 * Dollars that so many at once need, so that the job does not leave before all are measured, and containers that hang to Modal's own timers cost no
 * more. `beside`: dollars an hour of the coordinator, as it is billed when it hangs too.
 */
const needed = (machines: readonly Priced[], timed: Timed, beside: number, atOnce: number): number => {
  const rates = dearestFirst(machines);
  const together = sum(rates.slice(0, atOnce)) + beside;
  const hanging = together * (leastStartup + partSeconds(timed) + margin + exitSeconds);
  const account = sum(rates) * (partSeconds(timed) + spare) + together * leaving;
  return Math.max(hanging, account) / 3600;
};

/** As many as can work at once within the budget; at least one. */
export const mostAtOnce = (machines: readonly Priced[], budget: number, timed: Timed, beside: number): number =>
  machines.filter((_, at) => needed(machines, timed, beside, at + 1) <= budget).length || 1;

/** Dollars with which all of them are measured, one at a time: rounded up to a cent. */
export const enoughFor = (machines: readonly Priced[], timed: Timed, beside: number): number =>
  Math.ceil(needed(machines, timed, beside, 1) * 100 - 1e-9) / 100;

/** The cheapest first, as many as the budget is enough for. */
export const candidates = <M extends Priced>(machines: readonly M[], budget: number, timed: Timed, beside: number): readonly M[] => {
  const sorted = machines.toSorted((a, b) => a.dollarsPerHour - b.dollarsPerHour).slice(0, mostMachines);
  return sorted.filter((_, at) => enoughFor(sorted.slice(0, at + 1), timed, beside) <= budget);
};
