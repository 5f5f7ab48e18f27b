/** What `bench` runs by default, and the sweep files that a person writes: the same shape. */
import { type Loaded, loadConfig } from './load.ts';
import { readLocated } from './located.ts';
import { boolean, exclusive, filled, filledMapOf, integer, listOf, object, optional, type Schema, someOf, text } from './schema.ts';

/** Lists of values; every combination is one setting. */
export type Grid = Readonly<Record<string, readonly (number | string)[]>>;

/** One grid of builds, and the searches to try on each of them. */
export type Group = { readonly build: Grid; readonly search: Grid };

export type ImplementationEntry = {
  readonly name: string;
  readonly title: string;
  readonly default: boolean;
  /** Can be asked for by name, and is not offered. */
  readonly hidden: boolean;
  /** At least one. */
  readonly groups: readonly Group[];
};

export type BenchmarkConfig = {
  readonly k: number;
  readonly repeats: number;
  readonly seed: number;
  readonly implementations: readonly ImplementationEntry[];
};

/** What a sweep file may leave out comes from configs/benchmark.yaml. */
export type SweepConfig = Partial<Omit<BenchmarkConfig, 'implementations'>> &
  Pick<BenchmarkConfig, 'implementations'> & { readonly datasets?: readonly string[] };

const whole = (from: number, to: number) => listOf(integer({ from, to }));

/** What can be swept: the parameters that modal/annbench/src/annbench/implementations.py takes, within its limits. */
const parameters = {
  naive: { build: {}, search: {} },
  hnsw: { build: { M: whole(2, 512), efConstruction: whole(1, 10_000) }, search: { efSearch: whole(1, 100_000) } },
  dummy: { build: {}, search: {} },
};

type Lists = Readonly<Record<string, Schema<readonly number[]>>>;
type Words = { readonly build: Lists; readonly search: Lists };

/** `args` and `query_args` are the words of ann-benchmarks for `build` and `search`. */
const group = ({ build, search }: Words): Schema<Group> => {
  const fields = object({
    build: optional(someOf(build)),
    search: optional(someOf(search)),
    args: optional(someOf(build)),
    query_args: optional(someOf(search)),
  });
  const checked = exclusive(exclusive(fields, 'build', 'args'), 'search', 'query_args');
  return (node, at) => {
    const read = checked(node, at);
    return { build: read.build ?? read.args ?? {}, search: read.search ?? read.query_args ?? {} };
  };
};

/** Either one group, written without a name, or several in `run_groups`. */
const implementation = (words: Words) => {
  const fields = object({
    title: optional(text),
    default: optional(boolean),
    hidden: optional(boolean),
    build: optional(someOf(words.build)),
    search: optional(someOf(words.search)),
    run_groups: optional(filledMapOf(group(words))),
  });
  return exclusive(exclusive(fields, 'build', 'run_groups'), 'search', 'run_groups');
};

const implementations: Schema<readonly ImplementationEntry[]> = (node, at) => {
  const { naive, hnsw, dummy } = parameters;
  const known = { naive: implementation(naive), hnsw: implementation(hnsw), dummy: implementation(dummy) };
  return Object.entries(filled(someOf(known))(node, at)).map(([name, entry]) => ({
    name,
    title: entry.title ?? name,
    default: entry.default ?? false,
    hidden: entry.hidden ?? false,
    groups: entry.run_groups === undefined ? [{ build: entry.build ?? {}, search: entry.search ?? {} }] : Object.values(entry.run_groups),
  }));
};

const counts = { k: integer({ from: 1 }), repeats: integer({ from: 1, to: 1000 }), seed: integer({ from: 0 }) };

export const benchmarkSchema: Schema<BenchmarkConfig> = object({ ...counts, implementations });

export const sweepSchema: Schema<SweepConfig> = object({
  k: optional(counts.k),
  repeats: optional(counts.repeats),
  seed: optional(counts.seed),
  datasets: optional(listOf(text)),
  implementations,
});

export const loadBenchmark = (): Promise<Loaded<BenchmarkConfig>> => loadConfig('benchmark', benchmarkSchema);

/** Reads a sweep file of a person's own. */
export const loadSweep = async (file: string): Promise<SweepConfig> => sweepSchema(await readLocated(file), { file, path: '' });

/** Every combination of a grid, the last list varying fastest; one empty setting for an empty grid. */
export const combinations = (grid: Grid): readonly Readonly<Record<string, number | string>>[] =>
  Object.entries(grid).reduce<Readonly<Record<string, number | string>>[]>(
    (settings, [name, values]) => settings.flatMap(setting => values.map(value => ({ ...setting, [name]: value }))),
    [{}],
  );

/** How many settings a grid has, without making them. */
export const combinationCount = (grid: Grid): number => Object.values(grid).reduce((product, values) => product * values.length, 1);

/** How many points its groups multiply to. */
export const pointCount = ({ groups }: ImplementationEntry): number =>
  groups.reduce((sum, { build, search }) => sum + combinationCount(build) * combinationCount(search), 0);
