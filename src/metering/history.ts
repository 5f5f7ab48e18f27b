/** What was spent: by day, run, app, hardware and result. Pure. Days and months are UTC, as Modal bills them. */

import { appName } from '../runs/app-name.ts';
import type { RunState } from '../runs/state.ts';
import { groupBy } from '../util/group.ts';
import { sum } from '../util/numbers.ts';
import { workloadOf } from '../workloads/registry.ts';
import type { ResultPrice } from '../workloads/workload.ts';
import { containerRate, countContainer } from './container-times.ts';
import { isEstimate, meter } from './meter.ts';
import type { Moment } from './plane-clock.ts';

/** A container's billed time: from when to when (unix milliseconds), at how many dollars an hour. */
export type BilledSpan = {
  readonly run: string;
  readonly attempt: number;
  readonly task: string;
  readonly from: number;
  readonly until: number;
  readonly perHour: number;
};

const dollarsIn = ({ from, until, perHour }: BilledSpan, since: number, before: number): number =>
  (Math.max(0, Math.min(until, before) - Math.max(from, since)) / 3_600_000) * perHour;

/** Every billed second of a run, with its place in time. `now`: for containers that still run, by the control plane's clock. */
export const billedSpans = (state: RunState, now: number): readonly BilledSpan[] =>
  state.spec.target !== 'modal'
    ? []
    : (state.containers ?? []).flatMap(container => {
        const { parts } = countContainer(container, now, state.spec.cloud?.startupTimeout ?? 900);
        const seconds = parts.boot + parts.run + parts.idle;
        if (seconds <= 0) return [];
        const until = container.finishedAt ?? now;
        const role = container.role ?? (container.name === 'main' ? 'coordinator' : undefined);
        const perHour = containerRate(state.spec, role);
        return [{ run: state.run, attempt: container.attempt, task: container.task, from: until - seconds * 1000, until, perHour }];
      });

/** Dollars of spans that fall into a stretch of time. */
export const dollarsBetween = (spans: readonly BilledSpan[], since: number, before: number): number =>
  sum(spans.map(span => dollarsIn(span, since, before)));

export type CostRow = {
  readonly run: string;
  readonly title: string;
  readonly target: string;
  readonly hardware: string;
  readonly created: number;
  readonly live: boolean;
  readonly dollars: number;
  readonly estimate: boolean;
  /** Container seconds that were billed. */
  readonly seconds: number;
  /** The workload's: what `units` counts. */
  readonly kind: string;
  readonly units: number;
  /** Dollars. */
  readonly perUnit?: number;
  readonly price?: ResultPrice;
};

export const costRow = (state: RunState, now: Moment): CostRow => {
  const metered = meter(state, now);
  const paid = state.spec.target === 'modal';
  const { parts } = metered.cloud ?? {};
  const workload = workloadOf(state.spec);
  const units = workload.done(state);
  // Another machine's speed has no price there.
  const price = paid ? workload.price?.of(state) : undefined;
  return {
    run: state.run,
    title: workload.title(state.spec),
    target: state.spec.target,
    hardware: state.spec.hardware.id,
    created: state.createdAt,
    live: metered.live,
    dollars: metered.billed,
    estimate: isEstimate(metered),
    seconds: parts === undefined ? 0 : parts.boot + parts.run + parts.idle,
    kind: workload.kind,
    units,
    ...(paid && units > 0 && { perUnit: metered.billed / units }),
    ...(price && { price }),
  };
};

export type CostGroup = {
  /** "2026-11-22", "cpu-32", a run's name. */
  readonly key: string;
  readonly dollars: number;
  readonly seconds: number;
  readonly runs: number;
};

const day = 86_400_000;

/** "2026-11-22" */
export const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** Newest first; a container that ran over midnight is in both days. */
export const byDay = (spans: readonly BilledSpan[]): readonly CostGroup[] => {
  const days = new Map<string, { dollars: number; seconds: number; runs: Set<string> }>();
  for (const span of spans) {
    for (let since = Math.floor(span.from / day) * day; since < span.until; since += day) {
      const key = dayOf(since);
      const group = days.get(key) ?? { dollars: 0, seconds: 0, runs: new Set<string>() };
      group.dollars += dollarsIn(span, since, since + day);
      group.seconds += Math.max(0, Math.min(span.until, since + day) - Math.max(span.from, since)) / 1000;
      group.runs.add(span.run);
      days.set(key, group);
    }
  }
  return [...days]
    .map(([key, { dollars, seconds, runs }]) => ({ key, dollars, seconds, runs: runs.size }))
    .sort((a, b) => (a.key < b.key ? 1 : -1));
};

/** Dearest first. */
export const byHardware = (rows: readonly CostRow[]): readonly CostGroup[] =>
  [...groupBy(rows, ({ hardware }) => hardware)]
    .map(([key, own]) => ({
      key,
      dollars: sum(own.map(({ dollars }) => dollars)),
      seconds: sum(own.map(({ seconds }) => seconds)),
      runs: own.length,
    }))
    .sort((a, b) => b.dollars - a.dollars);

/** By Modal's name of each attempt, newest first. */
export const byApp = (spans: readonly BilledSpan[]): readonly CostGroup[] =>
  [...groupBy(spans, ({ run, attempt }) => appName(run, attempt))]
    .toSorted(([, [a]], [, [b]]) => (b?.from ?? 0) - (a?.from ?? 0))
    .map(([key, own]) => ({
      key,
      dollars: dollarsBetween(own, 0, Number.POSITIVE_INFINITY),
      seconds: sum(own.map(({ from, until }) => (until - from) / 1000)),
      runs: 1,
    }));

export type MonthView = {
  /** "2026-11" */
  readonly month: string;
  /** Of our own runs, by the meter. */
  readonly dollars: number;
  readonly runs: number;
  /** What the workspace has spent in all by Modal's word, and its budget; absent where nobody told. */
  readonly workspace?: { readonly spent: number; readonly budget: number | null };
  /** Of the budget, 0…; what others spent is in it where it is known. */
  readonly ofBudget?: number;
  /** At this month's pace so far; absent for months that are over, and on the first day. */
  readonly projected?: number;
};

const monthBounds = (month: string): { readonly since: number; readonly before: number } => {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return { since: Date.UTC(year, number - 1, 1), before: Date.UTC(year, number, 1) };
};

export const monthOf = (at: number): string => new Date(at).toISOString().slice(0, 7);

/** `now`: unix milliseconds. */
export const monthView = (
  spans: readonly BilledSpan[],
  month: string,
  now: number,
  workspace?: { readonly spent: number; readonly budget: number | null },
): MonthView => {
  const { since, before } = monthBounds(month);
  const own = spans.filter(({ from, until }) => from < before && until > since);
  const dollars = dollarsBetween(own, since, before);
  const current = now >= since && now < before;
  const gone = now - since;
  // Modal counts with a delay: what our own runs were billed is spent, counted or not.
  const spent = Math.max(dollars, workspace?.spent ?? 0);
  return {
    month,
    dollars,
    runs: new Set(own.map(({ run }) => run)).size,
    ...(current && workspace && { workspace }),
    ...(current && workspace?.budget != null && workspace.budget > 0 && { ofBudget: spent / workspace.budget }),
    ...(current && gone >= day && { projected: (spent / gone) * (before - since) }),
  };
};
