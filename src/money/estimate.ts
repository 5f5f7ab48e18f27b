/** How long a benchmark may take here, and what that time costs there. Always says what it rests on. */
import type { BenchSpec, ImplementationPlan } from '../runs/spec.ts';
import type { RunState } from '../runs/state.ts';
import type { Estimate } from '../services.ts';

/** Sizes of a dataset, from the catalogue. */
export type Sizes = { readonly dimension: number; readonly train: number; readonly queries: number; readonly bytes: number };

/** What decides how long a run takes; equal texts are runs that may be compared. */
const workOf = ({ target, datasets, implementations, k, threads, subset, repeats, seed }: BenchSpec): string =>
  JSON.stringify([target, datasets.map(({ name }) => name), implementations, k, threads, subset, repeats, seed]);

/** Seconds that the job ran, undefined when it did not come to its end in one go. */
const wholeRun = (state: RunState): number | undefined =>
  state.outcome === 'done' && state.attempt === 1 && state.launchedAt !== undefined && state.endedAt !== undefined
    ? (state.endedAt - state.launchedAt) / 1000
    : undefined;

const median = (sorted: readonly number[]): number => {
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1
    ? (sorted[Math.floor(middle)] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
};

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

const implementationSeconds = (plan: ImplementationPlan, spec: BenchSpec, sizes: Sizes, cores: number): number => {
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

const roughSeconds = (spec: BenchSpec, sizesOf: (dataset: string) => Sizes | undefined, cores: number): number =>
  spec.datasets.reduce((sum, { name }) => {
    const sizes = sizesOf(name);
    if (sizes === undefined) return sum;
    const reading = 1 + sizes.bytes / 500e6;
    return sum + spec.implementations.reduce((part, plan) => part + implementationSeconds(plan, spec, sizes, cores), reading);
  }, 0);

/** `earlier`: runs of this machine; `cores`: of this machine. */
export const estimate = (
  spec: BenchSpec,
  earlier: readonly RunState[],
  sizesOf: (dataset: string) => Sizes | undefined,
  cores: number,
): Estimate => {
  const dollarsThere = (likely: number) => (likely / 3600) * spec.hardware.dollarsPerHour;
  const work = workOf(spec);
  const measured = earlier
    .filter(state => workOf(state.spec) === work)
    .flatMap(state => wholeRun(state) ?? [])
    .sort((a, b) => a - b);
  const [low, high] = [measured[0], measured.at(-1)];
  if (low !== undefined && high !== undefined) {
    const likely = median(measured);
    // One run says nothing about its spread: a busy machine easily takes a third more.
    const seconds = { low: Math.min(low, likely * 0.9), likely, high: Math.max(high, likely * 1.35) };
    const basis = measured.length === 1 ? '1 earlier run like this one here' : `${measured.length} earlier runs like this one here`;
    return { seconds, basis, dollarsThere: dollarsThere(likely) };
  }
  const likely = roughSeconds(spec, sizesOf, cores);
  return { seconds: { low: likely / 3, likely, high: likely * 3 }, basis: 'rough: from dataset size', dollarsThere: dollarsThere(likely) };
};
