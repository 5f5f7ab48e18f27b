import type { Spec } from '../runs/spec.ts';
import { type RunState, ranFor } from '../runs/state.ts';
import { workloadOf } from '../workloads/registry.ts';
import { addParts, containerRate, countContainer, noParts, type Parts, usualStartup } from './container-times.ts';
import { type Moment, planeTime } from './plane-clock.ts';

/**
 * Why the figure is not exact. `contact`: nothing is heard of the containers now; `clock`: this machine's clock had to stand in for the control
 * plane's; `start`: when a container began was not told; `end`: when one ended was not.
 */
export type Doubt = 'contact' | 'clock' | 'start' | 'end';

/** What containers on Modal cost, all attempts together. */
export type CloudMeter = {
  /** Seconds of all containers added up. */
  readonly parts: Parts;
  /** Dollars of each part; a queue costs nothing. */
  readonly dollars: Omit<Parts, 'queue'>;
  readonly containers: { readonly queued: number; readonly billed: number; readonly ended: number };
  /** Empty: every second of it is the control plane's. Else the figure is an estimate. */
  readonly doubts: readonly Doubt[];
  /** Dollars that may be too much, because all of a start that was not told is counted. */
  readonly atMostTooMuch: number;
};

export type Meter = {
  /** Seconds the job has run, earlier attempts included. */
  readonly seconds: number;
  /** Dollars that somebody bills: 0 on this machine. */
  readonly billed: number;
  /** Dollars that the same time costs on `spec.hardware`; on Modal what it does cost. Absent of work of this machine that is another's on a GPU. */
  readonly wouldCost?: number;
  /** Dollars billed for an hour, now; 0 when nothing runs or nothing is billed. */
  readonly rate: number;
  /** Share of the budget in force used up, 0…; undefined without a budget. */
  readonly ofBudget?: number;
  /** It still counts. */
  readonly live: boolean;
  /** Only on Modal. */
  readonly cloud?: CloudMeter;
};

/** A budget may be raised while the run goes on. */
export const budgetOf = (state: Pick<RunState, 'spec'> & { readonly budget?: number }): number | null => state.budget ?? state.spec.budget;

/** The latest time of the control plane's that the state knows; 0 when it knows none. */
const latestSeen = ({ containers = [], planeClock }: RunState): number =>
  Math.max(
    planeClock?.plane ?? 0,
    ...containers.flatMap(({ queuedAt = 0, assignedAt = 0, startedAt = 0, finishedAt = 0 }) => [
      queuedAt,
      assignedAt,
      startedAt,
      finishedAt,
    ]),
  );

const dollarsOf = ({ boot, run, idle }: Parts, perHour: number): Omit<Parts, 'queue'> => ({
  boot: (boot / 3600) * perHour,
  run: (run / 3600) * perHour,
  idle: (idle / 3600) * perHour,
});

const cloudMeter = (state: RunState, spec: Spec, moment: Moment): { readonly cloud: CloudMeter; readonly rate: number } => {
  const { containers = [], contactLost } = state;
  const over = state.status === 'ended';
  const seen = latestSeen(state);
  // Of a run that is over, what was never told as ended ended with it: nothing of it is left running.
  const time = over ? { at: Math.max(seen, state.endedAt ?? 0), sure: true } : planeTime(state.planeClock, moment, seen);
  const doubts = new Set<Doubt>();
  if (contactLost !== undefined && !over) doubts.add('contact');
  let parts = noParts;
  let dollars = { boot: 0, run: 0, idle: 0 };
  let [rate, tooMuch, queued, billed, ended] = [0, 0, 0, 0, 0];
  for (const container of containers) {
    const perHour = containerRate(spec, container.role ?? (container.name === 'main' ? 'coordinator' : undefined), container.machine);
    const counted = countContainer(container, time.at, spec.cloud?.startupTimeout ?? usualStartup);
    const spent = dollarsOf(counted.parts, perHour);
    parts = addParts(parts, counted.parts);
    dollars = { boot: dollars.boot + spent.boot, run: dollars.run + spent.run, idle: dollars.idle + spent.idle };
    tooMuch += (counted.unsure / 3600) * perHour;
    if (counted.unsure > 0) doubts.add('start');
    if (container.finishedAt !== undefined) ended += 1;
    else if (over) {
      if (counted.billing) doubts.add('end');
      ended += 1;
    } else if (counted.billing) {
      billed += 1;
      rate += perHour;
      if (!time.sure) doubts.add('clock');
    } else queued += 1;
  }
  return { cloud: { parts, dollars, containers: { queued, billed, ended }, doubts: [...doubts], atMostTooMuch: tooMuch }, rate };
};

const toMoment = (now: number | Moment): Moment => (typeof now === 'number' ? { wall: now, uptime: 0, boot: '-' } : now);

/**
 * `now`: unix milliseconds, or better a `Moment` (`readMoment()`): only with that do jumps of the clock and sleep change nothing. A clock set back counts
 * nothing rather than less than nothing.
 */
export const meter = (state: RunState, now: number | Moment): Meter => {
  const moment = toMoment(now);
  const { spec } = state;
  const live = state.status !== 'ended' && state.launchedAt !== undefined;
  const seconds = ranFor(state, moment.wall) / 1000;
  if (spec.target !== 'modal') {
    const wouldCost = workloadOf(spec).usesGpu ? {} : { wouldCost: (seconds / 3600) * spec.hardware.dollarsPerHour };
    return { seconds, billed: 0, ...wouldCost, rate: 0, ...(spec.budget === null ? {} : { ofBudget: 0 }), live };
  }
  const { cloud, rate } = cloudMeter(state, spec, moment);
  const { boot, run, idle } = cloud.dollars;
  const billed = boot + run + idle;
  const budget = budgetOf(state);
  return { seconds, billed, wouldCost: billed, rate, ...(budget === null ? {} : { ofBudget: billed / budget }), live, cloud };
};

/** The figure is not made of the control plane's words alone, and wants an "≈". */
export const isEstimate = ({ cloud }: Meter): boolean => cloud !== undefined && cloud.doubts.length > 0;

const doubtWords: Readonly<Record<Doubt, string>> = {
  contact: 'nothing is heard of the containers now; they are counted on',
  clock: "this machine's clock stands in for Modal's",
  start: 'when a container began to start was not told; its whole queue is counted',
  end: 'when a container ended was not told; it is counted to the end of the run',
};

/** Why the figure is an estimate, for a person. */
export const doubtsOf = ({ cloud }: Meter): readonly string[] => (cloud?.doubts ?? []).map(doubt => doubtWords[doubt]);
