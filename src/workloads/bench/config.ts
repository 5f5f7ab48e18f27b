/** What `bench` runs by default, and the sweep files that a person writes: the same shape. */
import { type Loaded, loadConfig } from '../../config/load.ts';
import { readLocated } from '../../config/located.ts';
import {
  boolean,
  exclusive,
  filled,
  filledMapOf,
  integer,
  listOf,
  mapOf,
  number,
  object,
  optional,
  type Schema,
  someOf,
  text,
} from '../../config/schema.ts';
import { nearest } from '../../text/nearest.ts';

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

/** Names that no file of a person's own may take. */
export const builtInNames: readonly string[] = Object.keys(parameters);

/** What the lists of a group may be called, and hold. */
type Words = { readonly build: Schema<Grid>; readonly search: Schema<Grid> };

type Lists = Readonly<Record<string, Schema<readonly number[]>>>;
const words = ({ build, search }: { readonly build: Lists; readonly search: Lists }): Words => ({
  build: someOf(build),
  search: someOf(search),
});

/** A person's own file takes any parameters; all of them are numbers. */
const anyNumbers = mapOf(listOf(number()));
const ownWords: Words = { build: anyNumbers, search: anyNumbers };

/** `args` and `query_args` are the words of ann-benchmarks for `build` and `search`. */
const group = ({ build, search }: Words): Schema<Group> => {
  const fields = object({
    build: optional(build),
    search: optional(search),
    args: optional(build),
    query_args: optional(search),
  });
  const checked = exclusive(exclusive(fields, 'build', 'args'), 'search', 'query_args');
  return (node, at) => {
    const read = checked(node, at);
    return { build: read.build ?? read.args ?? {}, search: read.search ?? read.query_args ?? {} };
  };
};

/** Either one group, written without a name, or several in `run_groups`. */
const implementation = ({ build, search }: Words) => {
  const fields = object({
    title: optional(text),
    default: optional(boolean),
    hidden: optional(boolean),
    build: optional(build),
    search: optional(search),
    run_groups: optional(filledMapOf(group({ build, search }))),
  });
  return exclusive(exclusive(fields, 'build', 'run_groups'), 'search', 'run_groups');
};

type Read = ReturnType<ReturnType<typeof implementation>>;

const toEntry = ([name, { title, hidden, build, search, run_groups, ...read }]: readonly [string, Read]): ImplementationEntry => ({
  name,
  title: title ?? name,
  default: read.default ?? false,
  hidden: hidden ?? false,
  groups: run_groups === undefined ? [{ build: build ?? {}, search: search ?? {} }] : Object.values(run_groups),
});

const implementations: Schema<readonly ImplementationEntry[]> = (node, at) => {
  const { naive, hnsw, dummy } = parameters;
  const known = { naive: implementation(words(naive)), hnsw: implementation(words(hnsw)), dummy: implementation(words(dummy)) };
  return Object.entries(filled(someOf(known))(node, at)).map(toEntry);
};

/** "hsnw" with nothing that hnsw does not know is a slip, and no file's name. */
const isSlip = ({ name, groups }: ImplementationEntry): boolean => {
  const meant = nearest(name, builtInNames) as keyof typeof parameters | undefined;
  if (meant === undefined) return false;
  const { build, search } = parameters[meant];
  return groups.every(
    group =>
      Object.keys(group.build).every(key => Object.hasOwn(build, key)) &&
      Object.keys(group.search).every(key => Object.hasOwn(search, key)),
  );
};

/** In a sweep file, a name that is not built in is that of a person's own file. */
const sweptImplementations: Schema<readonly ImplementationEntry[]> = (node, at) => {
  if (node.kind !== 'map' || node.entries.length === 0) return implementations(node, at);
  return node.entries.flatMap(entry => {
    const alone = { ...node, entries: [entry] };
    if (builtInNames.includes(entry.key)) return implementations(alone, at);
    const own = Object.entries(mapOf(implementation(ownWords))(alone, at)).map(toEntry);
    return own.some(isSlip) ? implementations(alone, at) : own;
  });
};

const counts = { k: integer({ from: 1 }), repeats: integer({ from: 1, to: 1000 }), seed: integer({ from: 0 }) };

export const benchmarkSchema: Schema<BenchmarkConfig> = object({ ...counts, implementations });

export const sweepSchema: Schema<SweepConfig> = object({
  k: optional(counts.k),
  repeats: optional(counts.repeats),
  seed: optional(counts.seed),
  datasets: optional(listOf(text)),
  implementations: sweptImplementations,
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
