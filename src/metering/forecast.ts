/** When a run ends and what it costs by then, as a range, from what it has done so far. Pure; calibrated by `npm run measure -- forecast`. */

import type { ProgressEvent } from '../events/event.ts';
import type { RunState } from '../runs/state.ts';
import { median } from '../util/numbers.ts';
import { workloadOf } from '../workloads/registry.ts';
import type { Part, Sizes } from '../workloads/workload.ts';
import { containersOf, finishOf, meanRate } from './cloud-cost.ts';
import type { Estimate } from './estimate.ts';
import { type Pace, type Spread, secondsLeft, withPace } from './eta-reliability.ts';
import { meter } from './meter.ts';
import { type Moment, planeTime } from './plane-clock.ts';

export type { Spread } from './eta-reliability.ts';

export type Forecast = {
  /** Seconds from now. */
  readonly seconds: Spread;
  /** Dollars billed in the end, what is spent included; absent where nothing is billed. */
  readonly dollars?: Spread;
  /** What it rests on: the job's own progress, or nothing but the estimate before the launch. */
  readonly basis: 'progress' | 'estimate';
  /** Parts of the run: done, at work, not begun. */
  readonly parts: { readonly done: number; readonly live: number; readonly waiting: number };
};

export type ForecastOptions = {
  /** What was estimated before the launch: all there is until the job speaks. */
  readonly prior?: Pick<Estimate, 'seconds'> & { readonly cloud?: Pick<NonNullable<Estimate['cloud']>, 'dollars'> };
  readonly sizesOf?: (dataset: string) => Sizes | undefined;
};

/** The fold's part: one more progress event. */
export const withProgress = (paces: Readonly<Record<string, Pace>> | undefined, event: ProgressEvent): Readonly<Record<string, Pace>> => ({
  ...paces,
  [event.container]: withPace(paces?.[event.container], event),
});

/** A part of the run, and the units of it that are done. */
type Share = Part & { readonly done: number };

const partsIn = (state: RunState, sizesOf: ForecastOptions['sizesOf']): readonly Share[] => {
  const { spec } = state;
  const workload = workloadOf(spec);
  const done = workload.doneOf(state);
  return workload.parts(spec, { sizesOf, cores: spec.cloud?.container.cores }).map((part, at) => ({ ...part, done: done[at] ?? 0 }));
};

const spreadMap = (of: (pick: keyof Spread) => number): Spread => ({ p10: of('p10'), p50: of('p50'), p90: of('p90') });

/** The newest words of every container, where the fold kept no more. */
const pacesOf = ({ paces, progressOf, progress }: RunState): Readonly<Record<string, Pace>> => {
  if (paces !== undefined) return paces;
  const newest = progressOf ?? (progress === undefined ? {} : { [progress.container]: progress });
  return Object.fromEntries(Object.entries(newest).map(([name, event]) => [name, withPace([], event)]));
};

const fromPrior = (state: RunState, { prior }: ForecastOptions, moment: Moment, waiting: number): Forecast | undefined => {
  if (prior === undefined) return undefined;
  const { spec } = state;
  const { seconds: gone, billed } = meter(state, moment);
  const left = (seconds: number): number => Math.max(0, seconds - gone);
  // An estimate that was passed says nothing of the rest.
  if (spec.target === 'local' && left(prior.seconds.high) === 0) return undefined;
  const seconds = { p10: left(prior.seconds.low), p50: left(prior.seconds.likely), p90: left(prior.seconds.high) };
  const perSecond = (spec.cloud === undefined ? 0 : containersOf(spec) * meanRate(spec) + spec.cloud.coordinator.dollarsPerHour) / 3600;
  const parts = { done: 0, live: 0, waiting };
  const of = prior.cloud?.dollars;
  // Much of the time before a job speaks is waiting, which nobody is billed for: an estimate of its parts knows that.
  const dollars: Spread =
    of === undefined
      ? spreadMap(pick => billed + seconds[pick] * perSecond)
      : { p10: Math.max(billed, of.low), p50: Math.max(billed, of.likely), p90: Math.max(billed, of.high) };
  return { seconds, basis: 'estimate', parts, ...(spec.target === 'modal' && { dollars }) };
};

/** Seconds that a part needs before its job speaks, where none was seen: a machine, an image, Python. */
const usualStart = 10;

/** Several containers, each with a word of its own, and parts that wait for one. */
const ofMany = (state: RunState, moment: Moment, options: ForecastOptions, parts: readonly Share[]): Forecast | undefined => {
  const { spec, containers = [] } = state;
  const paces = pacesOf(state);
  const { at } = planeTime(state.planeClock, moment, 0);
  const living = new Set(containers.flatMap(({ name, finishedAt }) => (name === undefined || finishedAt !== undefined ? [] : [name])));
  const isDone = ({ name, done, units }: Share): boolean => done >= units && !living.has(name);
  const live: { readonly part: Share; readonly left: Spread; readonly whole: Spread }[] = [];
  const rates: Spread[] = [];
  const waiting: Share[] = [];
  for (const part of parts) {
    const pace = paces[part.name];
    const left = pace === undefined ? undefined : secondsLeft(pace, at / 1000);
    const first = pace?.[0];
    const last = pace?.at(-1);
    const gone = first === undefined || last === undefined ? 0 : last.at - first.at;
    if (left !== undefined && last !== undefined && isDone(part)) rates.push(spreadMap(() => gone / part.weight));
    if (isDone(part)) continue;
    if (left === undefined || !living.has(part.name)) {
      waiting.push(part);
      continue;
    }
    const whole = spreadMap(pick => gone + left[pick]);
    live.push({ part, left, whole });
    rates.push(spreadMap(pick => whole[pick] / part.weight));
  }
  const counts = { done: parts.length - live.length - waiting.length, live: live.length, waiting: waiting.length };
  if (rates.length === 0) {
    return counts.done === parts.length ? settled(state, moment, counts) : fromPrior(state, options, moment, waiting.length);
  }
  // What was seen of a few parts says less of the others than of themselves.
  const widen = { p10: 1 / 1.3, p50: 1, p90: 1.3 };
  const starts = containers.flatMap(({ assignedAt, startedAt }) =>
    assignedAt === undefined || startedAt === undefined ? [] : [(startedAt - assignedAt) / 1000],
  );
  const start = starts.length === 0 ? usualStart : median(starts);
  const waits = (pick: keyof Spread): readonly number[] =>
    waiting.map(({ weight }) => start + weight * median(rates.map(rate => rate[pick])) * widen[pick]);
  const finish = spreadMap(pick =>
    finishOf(
      live.map(({ left }) => left[pick]),
      waits(pick),
      containersOf(spec),
    ),
  );
  const { billed } = meter(state, moment);
  const perSecond = meanRate(spec) / 3600;
  const dollars = spreadMap(pick => {
    const work = live.reduce((sum, { left }) => sum + left[pick], 0) + waits(pick).reduce((sum, seconds) => sum + seconds, 0);
    return billed + work * perSecond + (finish[pick] * (spec.cloud?.coordinator.dollarsPerHour ?? 0)) / 3600;
  });
  return { seconds: finish, dollars, basis: 'progress', parts: counts };
};

const none: Spread = { p10: 0, p50: 0, p90: 0 };

const settled = (state: RunState, moment: Moment, parts: Forecast['parts']): Forecast => {
  const { billed } = meter(state, moment);
  return { seconds: none, basis: 'progress', parts, ...(state.spec.target === 'modal' && { dollars: spreadMap(() => billed) }) };
};

/** Undefined when nothing can be said: the run is over, or neither the job nor an estimate has said anything. */
export const forecast = (state: RunState, moment: Moment, options: ForecastOptions = {}): Forecast | undefined => {
  if (state.status === 'ended') return undefined;
  const parts = partsIn(state, options.sizesOf);
  if (state.spec.target === 'modal') return ofMany(state, moment, options, parts);
  const complete = parts.filter(({ done, units }) => done >= units).length;
  const counts = { done: complete, live: Math.min(1, parts.length - complete), waiting: Math.max(0, parts.length - complete - 1) };
  // On this machine one job does it all, and its word is of all of it.
  const [pace] = Object.values(pacesOf(state));
  const seconds = pace === undefined ? undefined : secondsLeft(pace, moment.wall / 1000);
  return seconds === undefined ? fromPrior(state, options, moment, parts.length) : { seconds, basis: 'progress', parts: counts };
};

export type BudgetOutlook = 'within' | 'may-pass' | 'passes';

/** Whether the budget is likely to end the run before its work does. */
export const outlook = ({ dollars }: Pick<Forecast, 'dollars'>, budget: number | null): BudgetOutlook => {
  if (dollars === undefined || budget === null || dollars.p90 < budget) return 'within';
  return dollars.p50 < budget ? 'may-pass' : 'passes';
};
