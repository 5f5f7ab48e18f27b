/**
 * What a budget decides, as arithmetic. The job decides for itself in the same way (it stays alive when this program does not); here it is decided
 * a second time, with the control plane's own times. Pure.
 */
import { type UserError, usageError } from '../errors/errors.ts';
import { longestSeconds } from '../prices/limits.ts';
import type { Spec } from '../runs/spec.ts';
import { money } from '../text/format.ts';
import { workloadOf } from '../workloads/registry.ts';
import { containersOf, fullRate, partCount } from './cloud-cost.ts';
import { coordinatorTimes, exitSeconds, leastStartup } from './hanging.ts';

/** Shares of a budget at which a person is told. */
export const warnAt = [0.5, 0.8, 0.95] as const;

/** Seconds between two looks of the job at what it has spent. */
export const pollSeconds = 2;

/** Seconds from the word to leave to the end of the last container: a look, the pass under way, a commit, the exit. A job that sees it take longer reckons with that. */
export const leaveSeconds = 15;

/** Seconds that the program gives a job of its own accord, before it ends the app. */
const farewell = 1;

export type BudgetLook = {
  /** Dollars in force; null for none. */
  readonly budget: number | null;
  /** Dollars so far, all attempts. */
  readonly spent: number;
  /** Dollars an hour of what is billed now. */
  readonly rate: number;
  /** Seconds from the word to the end, as a rule: 95 of 100 leave in it. */
  readonly leave: number;
  /** Seconds until the next look. */
  readonly poll?: number;
};

/**
 * `leave`: the job is to finish what it has and go, or the budget is gone before it could; `end`: the budget is gone, the app has to be stopped.
 * The first is the job's own to do, and the word of it goes through the control Dict.
 */
export type BudgetVerdict = 'go-on' | 'leave' | 'end';

export const judgeBudget = ({ budget, spent, rate, leave, poll = pollSeconds }: BudgetLook): BudgetVerdict => {
  if (budget === null) return 'go-on';
  const perSecond = rate / 3600;
  if (spent + perSecond * farewell >= budget) return 'end';
  return spent + perSecond * (poll + leave) >= budget ? 'leave' : 'go-on';
};

/** The largest share of `warnAt` that is reached; 0 before the first. */
export const warningLevel = (spent: number, budget: number | null): number =>
  budget === null ? 0 : warnAt.reduce((reached, share) => (spent >= share * budget ? share : reached), 0);

/** The share to warn of now, when `warned` was the last one told: each is told once, and again after the budget was raised over it. */
export const dueWarning = (spent: number, budget: number | null, warned: number): number | undefined => {
  const level = warningLevel(spent, budget);
  return level > warned ? level : undefined;
};

export type Backstop = {
  /** Seconds of Modal's timeout for the call of a part: what ends one that hangs. A part that is sound leaves before, and is asked for again. */
  readonly timeout: number;
  /** Seconds a container may take to start. */
  readonly startup: number;
  /** Seconds of Modal's timeout for the coordinator. */
  readonly coordinator: number;
};

export type BackstopOptions = {
  /** Dollars of earlier attempts. */
  readonly spent?: number;
  /** Dollars, when it was changed since. */
  readonly budget?: number | undefined;
};

/** Dollars an hour, when the coordinator hangs so much longer than its parts. */
const worstRate = (spec: Spec): number => fullRate(spec) + (coordinatorTimes - 1) * (spec.cloud?.coordinator.dollarsPerHour ?? 0);

/** All parts one after the other on so many containers, and the data before. */
const longestLead = (spec: Spec, { timeout, startup }: Pick<Backstop, 'timeout' | 'startup'>): number =>
  Math.min(longestSeconds, 2 * 3600 + Math.ceil(partCount(spec) / Math.max(1, containersOf(spec))) * (timeout + startup));

/**
 * The timers that Modal keeps for us, so that even a job in which nothing works any more bills no more than its budget:
 * every container of the sweep starts as slowly as it may, hangs until its timeout, stays for its exit, and the
 * coordinator hangs five times as long: `worst rate × (startup + timeout + exit) = budget − spent`. Starting takes at most a quarter.
 * Undefined when the budget is too small for that; `leastBudget` says how much is enough.
 */
export const backstop = (spec: Spec, { spent = 0, budget }: BackstopOptions = {}): Backstop | undefined => {
  const wanted = spec.cloud?.startupTimeout ?? 900;
  const longest = spec.cloud?.longestCall ?? longestSeconds;
  const most = Math.min(spec.timeout ?? longest, longest);
  const dollars = budget ?? spec.budget;
  const rate = worstRate(spec);
  if (dollars === null || rate <= 0) {
    const timers = { timeout: Math.max(1, Math.floor(most)), startup: wanted };
    return { ...timers, coordinator: Math.min(longest, longestLead(spec, timers)) };
  }
  const seconds = ((dollars - spent) / rate) * 3600 - exitSeconds;
  const startup = Math.min(wanted, Math.max(leastStartup, Math.floor(seconds / 4)));
  const timeout = Math.floor(Math.min(most, seconds - startup));
  if (timeout < 1) return undefined;
  const affordable = coordinatorTimes * (seconds + exitSeconds) - startup - exitSeconds;
  const coordinator = Math.floor(Math.min(longestLead(spec, { timeout, startup }), affordable, longest));
  return { timeout, startup, coordinator };
};

/** Dollars with which the run can begin, a minute for the job itself included. A smaller budget would be gone before anything is measured. */
export const leastBudget = (spec: Spec, { spent = 0 }: BackstopOptions = {}): number =>
  spent + (worstRate(spec) / 3600) * (leastStartup + 60 + exitSeconds);

/** Why a budget cannot be; undefined when it can. Dollars rounded up to a cent. */
export const budgetObstacle = (spec: Spec, options: BackstopOptions = {}): UserError | undefined => {
  const dollars = options.budget ?? spec.budget;
  if (dollars === null || spec.cloud === undefined || backstop(spec, options) !== undefined) return undefined;
  const least = Math.ceil(leastBudget(spec, options) * 100) / 100;
  const spent = options.spent ?? 0;
  const used = spent > 0 ? `${money(spent)} of it are spent; ` : '';
  return usageError(
    `A budget of ${money(dollars)} would be gone before the first ${workloadOf(spec).noun.one}`,
    `${used}with ${containersOf(spec)} × ${spec.hardware.label} the least is ${money(least)}`,
    `--budget ${least.toFixed(2)}`,
  );
};

/** Seconds that the money lasts from now on, while everything runs that runs now. */
export const lasts = (budget: number, spent: number, rate: number): number =>
  rate <= 0 ? Number.POSITIVE_INFINITY : Math.max(0, ((budget - spent) / rate) * 3600);

/** How a budget stands, for a person. */
export type BudgetStanding = {
  readonly budget: number;
  readonly spent: number;
  readonly left: number;
  /** 0… */
  readonly share: number;
  /** Seconds that it lasts at the rate of now. */
  readonly lasts: number;
  readonly warning: number;
};

export const budgetStanding = (budget: number, spent: number, rate: number): BudgetStanding => ({
  budget,
  spent,
  left: Math.max(0, budget - spent),
  share: spent / budget,
  lasts: lasts(budget, spent, rate),
  warning: warningLevel(spent, budget),
});

/** What `launch-ATTEMPT.json` carries, so that the job can do all this alone. Dollars, dollars an hour, seconds. */
export type LaunchBudget = {
  readonly dollars: number;
  /** Of earlier attempts. */
  readonly spent: number;
  /** Of one container that measures. */
  readonly worker_rate: number;
  readonly coordinator_rate: number;
  readonly poll: number;
  readonly leave: number;
  /** A start is not seen from within: so much of it is added to what a container knows of its own life. */
  readonly boot: number;
  /** And so much for its end. */
  readonly exit: number;
  /** Modal's timer for a start: one that is silent may have been starting for so long. */
  readonly startup: number;
};

/** Seconds of a start that a container does not see itself, before one was measured. */
const assumedBootSeconds = 20;
const assumedExitSeconds = 3;

export type LaunchBudgetOptions = {
  readonly spent: number;
  /** Dollars, when it was raised since. */
  readonly budget?: number | undefined;
  /** Seconds of starts that were seen in earlier runs. */
  readonly boots?: readonly number[];
};

/** null: no budget, nothing to keep. */
export const launchBudget = (spec: Spec, { spent, budget, boots = [] }: LaunchBudgetOptions): LaunchBudget | null => {
  const dollars = budget ?? spec.budget;
  if (dollars === null || spec.cloud === undefined) return null;
  const boot = boots.length === 0 ? assumedBootSeconds : Math.max(...boots);
  return {
    dollars,
    spent,
    worker_rate: spec.hardware.dollarsPerHour,
    coordinator_rate: spec.cloud.coordinator.dollarsPerHour,
    poll: pollSeconds,
    leave: leaveSeconds,
    boot,
    exit: assumedExitSeconds,
    startup: backstop(spec, { spent, budget })?.startup ?? boot,
  };
};

/** Seconds after which Modal's own timer ends a container that hangs: what was asked for, what the budget allows even then, or a day. */
export const limitSeconds = (spec: Spec): number => backstop(spec)?.timeout ?? 0;
