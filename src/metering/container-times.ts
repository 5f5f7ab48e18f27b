import type { Spec } from '../runs/spec.ts';
import type { ContainerState } from '../runs/state.ts';

/** Seconds. Queue is free; boot, run and idle are billed alike. */
export type Parts = { readonly queue: number; readonly boot: number; readonly run: number; readonly idle: number };

export const noParts: Parts = { queue: 0, boot: 0, run: 0, idle: 0 };

export const addParts = (a: Parts, b: Parts): Parts => ({
  queue: a.queue + b.queue,
  boot: a.boot + b.boot,
  run: a.run + b.run,
  idle: a.idle + b.idle,
});

/** Seconds that a container may take to start, where the spec does not say. */
export const usualStartup = 900;

/**
 * Dollars an hour of the whole container. `machine`: which GPU it has, where several would do. One that did not say what it is counts as the dearest:
 * never too little.
 */
export const containerRate = (spec: Spec, role: string | undefined, machine?: string): number => {
  const worker = spec.hardware.dollarsPerHour;
  const { coordinator, preparer, choices = [] } = spec.cloud ?? {};
  if (role === 'coordinator') return coordinator?.dollarsPerHour ?? worker;
  if (role === 'preparer') return preparer?.dollarsPerHour ?? worker;
  if (role === undefined) return Math.max(worker, coordinator?.dollarsPerHour ?? 0, preparer?.dollarsPerHour ?? 0);
  return choices.find(({ gpu }) => gpu === machine)?.dollarsPerHour ?? worker;
};

export type Counted = {
  readonly parts: Parts;
  /** It is billed at this moment. */
  readonly billing: boolean;
  /** Where its start was not told: it is somewhere in these seconds of `boot`, and all of them are counted. */
  readonly unsure: number;
};

const span = (from: number, until: number): number => Math.max(0, until - from) / 1000;
const between = (low: number, value: number, high: number): number => Math.min(high, Math.max(low, value));

/**
 * `now`: for a container whose end is not known. The control plane's `startedAt` is when the job could begin in it: what came before is boot, billed since a
 * machine was assigned. Where that was not told, boot is counted since the queue began, but no longer than a container may take to start.
 */
export const countContainer = (container: ContainerState, now: number, startupTimeout: number): Counted => {
  const { queuedAt, assignedAt, startedAt, finishedAt, workedUntil } = container;
  const end = finishedAt ?? now;
  const ready = startedAt ?? (assignedAt === undefined ? undefined : end);
  if (ready === undefined) {
    // Never seen on a machine: it waits, or it left the queue without one.
    return { parts: { ...noParts, queue: queuedAt === undefined ? 0 : span(queuedAt, end) }, billing: false, unsure: 0 };
  }
  const earliest = Math.max(queuedAt ?? ready, ready - startupTimeout * 1000);
  const began = Math.min(ready, assignedAt ?? earliest);
  const idleFrom = workedUntil === undefined || finishedAt === undefined ? end : between(ready, workedUntil, end);
  const parts = {
    queue: queuedAt === undefined ? 0 : span(queuedAt, began),
    boot: span(began, Math.min(ready, end)),
    run: span(ready, idleFrom),
    idle: span(idleFrom, end),
  };
  return { parts, billing: finishedAt === undefined, unsure: assignedAt === undefined ? parts.boot : 0 };
};

/** Modal's words for what a container goes through once a machine was found for it. */
const onMachine: ReadonlySet<string> = new Set([
  'worker assigned',
  'creating container',
  'loading image',
  'loading checkpoint image',
  'active',
]);

/** What a word of the log stream about a container ("queued", "worker assigned", …) at `time` says of its times. The earliest of each counts. */
export const timesOfState = (state: string, time: number): Pick<ContainerState, 'queuedAt' | 'assignedAt'> => {
  if (state === 'queued' || state === 'created') return { queuedAt: time };
  return onMachine.has(state) ? { assignedAt: time } : {};
};
