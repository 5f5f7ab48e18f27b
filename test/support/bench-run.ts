/** What the fold yields of a benchmark: the runs of these tests are all of that kind. */
import type { RunState } from '../../src/runs/state.ts';
import type { Point } from '../../src/workloads/bench/events.ts';
import { type BenchRun, isBenchRun } from '../../src/workloads/bench/run.ts';

/** Throws for a run of another kind. */
export const benchOf = (state: RunState): BenchRun => {
  if (!isBenchRun(state)) throw new Error(`${state.run} is no benchmark`);
  return state;
};

export const pointsOf = (state: RunState): readonly Point[] => benchOf(state).results.points;
