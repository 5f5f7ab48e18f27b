/** What `bench` runs by default, and the sweep files that a person writes: the same shape. */
import { type Loaded, loadConfig } from './load.ts';
import { readLocated } from './located.ts';
import { boolean, filled, integer, listOf, object, optional, type Schema, someOf, text } from './schema.ts';

/** Lists of values; every combination is one setting. */
export type Grid = Readonly<Record<string, readonly (number | string)[]>>;

export type ImplementationEntry = {
  readonly name: string;
  readonly title: string;
  readonly default: boolean;
  readonly build: Grid;
  readonly search: Grid;
};

export type BenchmarkConfig = {
  readonly k: number;
  readonly repeats: number;
  readonly seed: number;
  readonly implementations: readonly ImplementationEntry[];
};

/** What a sweep file may leave out comes from configs/benchmark.yaml. */
export type SweepConfig = Partial<Omit<BenchmarkConfig, 'implementations'>> & Pick<BenchmarkConfig, 'implementations'>;

const whole = (from: number, to: number) => listOf(integer({ from, to }));

/** What can be swept: the parameters that modal/annbench/src/annbench/implementations.py takes, within its limits. */
const parameters = {
  naive: { build: {}, search: {} },
  hnsw: { build: { M: whole(2, 512), efConstruction: whole(1, 10_000) }, search: { efSearch: whole(1, 100_000) } },
};

const implementation = ({
  build,
  search,
}: {
  build: Record<string, Schema<readonly number[]>>;
  search: Record<string, Schema<readonly number[]>>;
}) => object({ title: optional(text), default: optional(boolean), build: optional(someOf(build)), search: optional(someOf(search)) });

const implementations: Schema<readonly ImplementationEntry[]> = (node, at) => {
  const byName = filled(someOf({ naive: implementation(parameters.naive), hnsw: implementation(parameters.hnsw) }))(node, at);
  return Object.entries(byName).map(([name, entry]) => ({
    name,
    title: entry.title ?? name,
    default: entry.default ?? false,
    build: entry.build ?? {},
    search: entry.search ?? {},
  }));
};

const counts = { k: integer({ from: 1 }), repeats: integer({ from: 1, to: 1000 }), seed: integer({ from: 0 }) };

export const benchmarkSchema: Schema<BenchmarkConfig> = object({ ...counts, implementations });

export const sweepSchema: Schema<SweepConfig> = object({
  k: optional(counts.k),
  repeats: optional(counts.repeats),
  seed: optional(counts.seed),
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
