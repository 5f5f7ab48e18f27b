/** A run that is longer than Modal lets a container live is a chain: each container goes on where the one before it was. Pure. */
import { longestSeconds } from '../prices/limits.ts';
import type { Spec } from '../runs/spec.ts';
import type { RunState } from '../runs/state.ts';
import { duration } from '../text/format.ts';
import { partCount } from './cloud-cost.ts';

/** Before Modal's timer a container leaves with its results: 30 s, a quarter of a short one (jobkit/cloud/worker/limits.py). */
const margin = (seconds: number): number => Math.min(30, seconds / 4);

/** Seconds of work in one container. */
const segmentSeconds = ({ cloud }: Spec): number => {
  const longest = cloud?.longestCall ?? longestSeconds;
  return longest - margin(longest);
};

/** Containers one after the other, when one part takes so many seconds of work; 1 where one is enough, and on this machine. */
export const segmentsOf = (spec: Spec, seconds: number): number =>
  spec.target === 'modal' && partCount(spec) === 1 ? Math.max(1, Math.ceil(seconds / segmentSeconds(spec))) : 1;

/** "3 containers one after the other, each for 24 h at most" */
export const segmentWords = (spec: Spec, segments: number): string =>
  `a chain of ${segments} containers, one after the other: Modal lets none live longer than ${duration(spec.cloud?.longestCall ?? longestSeconds)}, and each goes on where the last one was`;

/** Which container of the chain works now: 1 before the first has ended. */
export const segmentNow = ({ containers = [] }: Pick<RunState, 'containers'>): number =>
  1 + containers.filter(({ role, after }) => role === 'worker' && after === 'time').length;
