import { yardstick } from '../../../src/workloads/bench/implementations.ts';
import type { BenchRun } from '../../../src/workloads/bench/run.ts';
import { seriesNames } from './plot.ts';

/** The implementations in plotting order: the place is a series' marker and colour. Own files come first; the exact baseline comes last: others are compared with it. */
export const seriesOf = (state: BenchRun): readonly string[] =>
  seriesNames(
    state.results.points,
    state.spec.implementations
      .toSorted((a, b) => Number(a.source === undefined) - Number(b.source === undefined))
      .map(({ name }) => name)
      .toSorted((a, b) => Number(a === yardstick) - Number(b === yardstick)),
  );
