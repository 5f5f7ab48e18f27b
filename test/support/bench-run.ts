/** Benchmarks that were never done: what the fold yields of one, and the folder that one leaves. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { runFiles } from '../../src/runs/files.ts';
import type { RunState } from '../../src/runs/state.ts';
import { createRun } from '../../src/runs/store.ts';
import type { Point } from '../../src/workloads/bench/events.ts';
import { type BenchRun, isBenchRun } from '../../src/workloads/bench/run.ts';
import type { BenchSpec } from '../../src/workloads/bench/spec.ts';
import { writeJournal } from './evaluation-run.ts';

/** Throws for a run of another kind. */
export const benchOf = (state: RunState): BenchRun => {
  if (!isBenchRun(state)) throw new Error(`${state.run} is no benchmark`);
  return state;
};

export const pointsOf = (state: RunState): readonly Point[] => benchOf(state).results.points;

/** What `results.json` holds beyond the events, as the job writes it. */
const resultsJson = (spec: BenchSpec, points: readonly Point[]) => ({
  v: 1,
  machine: {
    cpu: 'AMD EPYC',
    cores: 2,
    os: 'Linux 6.1 x86_64',
    memory_bytes: 25_276_502_016,
    python: '3.11.7',
    flags: ['avx2', 'avx512f'],
    isa: 'avx512',
    compiler: 'gcc 12.2.0',
    compiler_flags: '-O3 -DNDEBUG -std=c++20',
    core_sha: '7191e16e89864457073f4f749a4b9573353477138b04b8a9ae7d7924245ef422',
    numpy: '2.4.6',
    annbench: '0.1.0',
  },
  datasets: spec.datasets.map(({ name }) => ({ name, sha256: 'aee23686', distance: 'euclidean', train: [40_000, 96], test: [1000, 96] })),
  k: spec.k,
  points,
  seconds: 12.55,
});

export type BenchRunOptions = {
  readonly verdicts?: readonly object[];
  readonly unreached?: readonly object[];
  /** False leaves it stopped, without results.json. */
  readonly over?: boolean;
};

/** A run with its journal and its results in the home of the test. Returns its name. */
export const writeBenchRun = (
  spec: BenchSpec,
  points: readonly Point[],
  { verdicts = [], unreached = [], over = true }: BenchRunOptions = {},
): string => {
  const run = createRun(spec);
  const files = runFiles(run);
  const machine = { cpu: 'AMD EPYC', cores: 2, isa: 'avx512' };
  writeJournal(
    files,
    [
      ['started', { job: 'bench', pid: 4242, machine }],
      ...points.map(point => ['point', point] as const),
      ...unreached.map(one => ['unreached', one] as const),
      ...verdicts.map(verdict => ['verdict', verdict] as const),
    ],
    over,
  );
  mkdirSync(files.job, { recursive: true });
  if (over) writeFileSync(files.results, JSON.stringify(resultsJson(spec, points)));
  return run;
};
