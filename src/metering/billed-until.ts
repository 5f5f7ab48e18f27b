/** What had been billed at an earlier moment of a run. Pure. */
import type { ContainerState, RunState } from '../runs/state.ts';
import { meter } from './meter.ts';

/** What was known of a container at `at`; undefined where there was none yet. A word about its end does not count before that end. */
const knownAt = (container: ContainerState, at: number): ContainerState | undefined => {
  const { queuedAt, assignedAt, startedAt, finishedAt, ...rest } = container;
  const times = { queuedAt, assignedAt, startedAt, finishedAt };
  const told = Object.entries(times).filter(([, time]) => time !== undefined && time <= at);
  return told.length === 0 ? undefined : { ...rest, ...Object.fromEntries(told) };
};

/**
 * Dollars that containers of all attempts had come to at `at` (unix milliseconds by the control plane's clock): the meter, as it would have stood if the
 * run had ended then. 0 on this machine. How sure the figure is, is what the meter of now says.
 */
export const billedUntil = (state: RunState, at: number): number => {
  const { planeClock, contactLost, containers = [], ...rest } = state;
  const known = containers.flatMap(container => knownAt(container, at) ?? []);
  return meter({ ...rest, containers: known, status: 'ended', endedAt: at }, at).billed;
};
