import type { BenchSpec, ImplementationPlan } from './spec.ts';

/** Sizes of a dataset, from the catalogue. */
export type Sizes = { readonly dimension: number; readonly train: number; readonly queries: number; readonly bytes: number };

/** Seconds of one distance: arithmetic, plus a wait for memory where the access is not sequential. */
const sequential = (dimension: number): number => 2e-9 + dimension * 0.2e-9;
const random = (dimension: number): number => 60e-9 + dimension * 0.3e-9;

/** Vectors that a graph looks at for a candidate list of that length: less than in proportion, as neighbours overlap. */
const visits = (candidates: number): number => 60 * candidates ** 0.58;
/** Inserting also chooses links, and mends those of the neighbours. */
const buildFactor = 2.3;

const numeric = (value: number | string | undefined, otherwise: number): number => (typeof value === 'number' ? value : otherwise);

/** Of one file on an ordinary machine. */
const compileSeconds = 4;

/** Seconds of building and searching one implementation. `cores` that build. */
export const implementationSeconds = (plan: ImplementationPlan, spec: BenchSpec, sizes: Sizes, cores: number): number => {
  const rows = Math.min(sizes.train, spec.subset ?? sizes.train);
  // Each repeat answers every query once; latencies take one more pass, on one thread.
  const passes = spec.repeats / spec.threads + 1;
  if (plan.name === 'dummy') return 0;
  // Nobody knows what a person's own file does: as much as looking at every row, for each setting, and the compiler before.
  if (plan.source !== undefined) return compileSeconds + plan.search.length * passes * sizes.queries * rows * sequential(sizes.dimension);
  if (plan.name === 'naive') return passes * sizes.queries * rows * sequential(sizes.dimension);
  const effort = numeric(plan.build.efConstruction, 200);
  const build = (rows * buildFactor * Math.min(rows, visits(effort)) * random(sizes.dimension)) / cores;
  const search = plan.search.map(
    setting => passes * sizes.queries * Math.min(rows, visits(numeric(setting.efSearch, 50))) * random(sizes.dimension),
  );
  return build + search.reduce((sum, seconds) => sum + seconds, 0);
};

/** Seconds of reading a dataset and of what a process needs before its first row. */
export const readingSeconds = ({ bytes }: Pick<Sizes, 'bytes'>): number => 1 + bytes / 500e6;
