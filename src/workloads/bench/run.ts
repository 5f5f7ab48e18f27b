/** A run of a benchmark, with what the other kinds of run do not have. */
import type { RunState } from '../../runs/state.ts';
import type { BenchResults } from './results.ts';
import type { BenchSpec } from './spec.ts';

export type BenchRun = RunState<BenchSpec, BenchResults>;

export const isBenchRun = (run: RunState): run is BenchRun => run.spec.kind === 'bench';

/** The benchmarks among runs. */
export const benchRuns = (runs: readonly RunState[]): readonly BenchRun[] => runs.filter(isBenchRun);
