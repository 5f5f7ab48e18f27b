/** What building and searching takes, roughly: from what implementations are registered with, and the data. Pure. */
import { sum } from '../../util/numbers.ts';
import type { VectorSizes } from '../workload.ts';
import { effortOf, type Registered, registered, type Visits } from './implementations.ts';
import { installSeconds } from './peer-notes.ts';
import type { BenchSpec, ImplementationPlan } from './spec.ts';

/** Seconds of one distance: arithmetic, plus a wait for memory where the access is not sequential. */
const sequential = (dimension: number): number => 2e-9 + dimension * 0.2e-9;
const random = (dimension: number): number => 60e-9 + dimension * 0.3e-9;

/** Vectors that are looked at for one that is inserted or asked for, each with as much work as `Visits` says. */
const visitsOf = (
  visits: Visits,
  rows: number,
  setting: Readonly<Record<string, number | string>>,
  parameters: Registered['build'],
): number => {
  if ('fixed' in visits) return visits.fixed;
  if ('share' in visits) return visits.share * rows;
  const { parameter, factor, power, times = 1 } = visits;
  return times * Math.min(rows, factor * numeric(setting[parameter], parameters[parameter]?.default ?? 1) ** power);
};

const numeric = (value: number | string | undefined, otherwise: number): number => (typeof value === 'number' ? value : otherwise);

/**
 * Guessed: the setting that reaches a recall. The usual sweep is taken to go evenly from no recall to three nines, as the job begins to
 * look for it (modal/annbench, `guess`).
 */
const guessedSetting = ({ search, sweep }: Registered, target: number): Readonly<Record<string, number>> => {
  const name = effortOf({ search }) ?? '';
  const values = (sweep.search[name] ?? [search[name]?.default ?? 1]).toSorted((a, b) => a - b);
  const nines = -Math.log10(Math.max(1 - target, 1e-3));
  return { [name]: values[Math.round((nines / 3) * (values.length - 1))] ?? 1 };
};

/** Passes of half of the queries until a setting is found (modal/annbench, `USUAL_PASSES`). */
const findingPasses = 6;

/** Of one file on an ordinary machine. */
const compileSeconds = 4;

/** Seconds of building and searching one implementation. `cores` that build. Throws for a name that nobody registered. */
export const implementationSeconds = (plan: ImplementationPlan, spec: BenchSpec, sizes: VectorSizes, cores: number): number => {
  const rows = Math.min(sizes.train, spec.subset ?? sizes.train);
  // Each repeat answers every query once; latencies take one more pass, on one thread.
  const passes = spec.repeats / spec.threads + 1;
  // Nobody knows what a person's own file does: as much as looking at every row, for each setting, and the compiler before.
  if (plan.source !== undefined) return compileSeconds + plan.search.length * passes * sizes.queries * rows * sequential(sizes.dimension);
  const entry = registered[plan.name];
  if (entry === undefined) throw new Error(`No implementation is registered as "${plan.name}"`);
  const { walk, build, search } = entry.cost;
  const one = (walk === 'in-order' ? sequential : random)(sizes.dimension);
  const built = (rows * visitsOf(build, rows, plan.build, entry.build) * one) / cores;
  // A container has no library but those that it installs; here that is done once, which the plan says apart.
  const installed = entry.peer !== undefined && spec.target === 'modal' ? installSeconds(entry.peer) : 0;
  const pass = (setting: Readonly<Record<string, number | string>>): number =>
    sizes.queries * visitsOf(search, rows, setting, entry.search) * one;
  const found = (plan.atRecall ?? []).map(target => {
    // Every core that builds takes part in finding it.
    return pass(guessedSetting(entry, target)) * (passes + findingPasses / 2 / cores);
  });
  return installed + built + sum(plan.search.map(setting => passes * pass(setting))) + sum(found);
};

/** Seconds of reading a dataset and of what a process needs before its first row. */
export const readingSeconds = ({ bytes }: Pick<VectorSizes, 'bytes'>): number => 1 + bytes / 500e6;
