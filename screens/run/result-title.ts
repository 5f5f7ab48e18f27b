import type { RunState } from '../../src/runs/state.ts';
import { duration } from '../../src/text/format.ts';
import { countedUnits, titleOf, unitsOf } from '../../src/workloads/registry.ts';
import { bold, dim, type Line, leftRight, span } from '../app/text.ts';
import { elapsedSeconds, isLive, standing } from './run-facts.ts';

/** The first line of a result: how it went, of what, and how much of it is there. `now`: unix milliseconds. Pure. */
export const resultTitle = (state: RunState, now: number, columns: number): Line => {
  const { mark, role, words } = standing(state);
  const { done, total } = unitsOf(state);
  const missing = done < total ? `  ${done} of ${countedUnits(state.spec, total)}${isLive(state) ? ' so far' : ''}` : '';
  return leftRight(
    [span(role, `${mark} `), bold(titleOf(state.spec)), span('warn', missing)],
    dim(`${words} in ${duration(Math.floor(elapsedSeconds(state, now)))}`),
    columns,
  );
};
