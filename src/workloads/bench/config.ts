/** What `bench` runs by default, and the sweep files that a person writes: the same shape. */
import { type Loaded, loadConfig } from '../../config/load.ts';
import { type Located, readLocated } from '../../config/located.ts';
import {
  boolean,
  exclusive,
  fault,
  filled,
  filledMapOf,
  integer,
  listOf,
  mapOf,
  number,
  object,
  optional,
  type Place,
  type Schema,
  someOf,
  text,
} from '../../config/schema.ts';
import { nearest } from '../../text/nearest.ts';
import { builtInNames, effortOf, type Parameter, type Registered, registered, usualSweep } from './implementations.ts';

/** Lists of values; every combination is one setting. */
export type Grid = Readonly<Record<string, readonly (number | string)[]>>;

/** One grid of builds, and the searches to try on each of them; or instead of these the recalls to find settings for. */
export type Group = { readonly build: Grid; readonly search: Grid; readonly atRecall?: readonly number[] };

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

/** What a sweep file may leave out comes from configs/benchmark.yaml, and what that leaves out from the registry. */
export type SweepConfig = Partial<Omit<BenchmarkConfig, 'implementations'>> &
  Pick<BenchmarkConfig, 'implementations'> & { readonly datasets?: readonly string[] };

const whole = (from: number, to: number) => listOf(integer({ from, to }));

/** What can be swept: the parameters that it is registered with, within their limits. */
const wordsOf = ({ build, search }: Registered): Words => ({
  build: someOf(listsOf(build)),
  search: someOf(listsOf(search)),
  atRecall: effortOf({ search }) === undefined ? unsearchable(notOne(search)) : recalls,
});

const recalls: Schema<readonly number[]> = listOf(number({ from: 0.01, to: 1 }));

/** Where there is nothing to choose: `why`, and what to write instead. */
const unsearchable =
  (why: string): Schema<readonly number[]> =>
  (node, at) => {
    throw fault(at, node.line, why);
  };

const notOne = (search: Registered['search']): string => {
  const entries = Object.entries(search);
  if (entries.length === 0) return 'a recall chooses a search parameter, and there is none; leave at_recall out';
  const usual = entries.map(([name, { default: value }]) => `${name}: [${value}]`).join(', ');
  return `a recall chooses one search parameter, and there are ${entries.length}; write instead search: { ${usual} }`;
};

const noneOfOwn = (name: string): string => {
  const meant = nearest(name, builtInNames);
  return `a recall chooses no parameter of a file of yours; write search and its values instead${meant === undefined ? '' : `, or ${meant} if that is meant`}`;
};

const listsOf = (parameters: Readonly<Record<string, Parameter>>): Lists =>
  Object.fromEntries(Object.entries(parameters).map(([name, { least, most }]) => [name, whole(least, most)]));

/** What the lists of a group may be called, and hold. */
type Words = { readonly build: Schema<Grid>; readonly search: Schema<Grid>; readonly atRecall: Schema<readonly number[]> };

type Lists = Readonly<Record<string, Schema<readonly number[]>>>;
/** A person's own file takes any parameters; all of them are numbers. */
const anyNumbers = mapOf(listOf(number()));
const ownWords = (name: string): Words => ({ build: anyNumbers, search: anyNumbers, atRecall: unsearchable(noneOfOwn(name)) });

/** `args` and `query_args` are the words of ann-benchmarks for `build` and `search`. */
const group = ({ build, search, atRecall }: Words): Schema<Group> => {
  const fields = object({
    build: optional(build),
    search: optional(search),
    args: optional(build),
    query_args: optional(search),
    at_recall: optional(atRecall),
  });
  const checked = instead(exclusive(exclusive(fields, 'build', 'args'), 'search', 'query_args'));
  return (node, at) => {
    const read = checked(node, at);
    return { build: read.build ?? read.args ?? {}, search: read.search ?? read.query_args ?? {}, ...targetsOf(read.at_recall) };
  };
};

/** Recalls stand instead of searches: a group more has both. */
const instead = <T>(fields: Schema<T>): Schema<T> => exclusive(exclusive(fields, 'search', 'at_recall'), 'query_args', 'at_recall');

const targetsOf = (given: readonly number[] | undefined): Pick<Group, 'atRecall'> =>
  given === undefined ? {} : { atRecall: [...new Set(given)].sort((a, b) => a - b) };

/** Either one group, written without a name, or several in `run_groups`. */
const implementation = ({ build, search, atRecall }: Words) => {
  const fields = object({
    title: optional(text),
    default: optional(boolean),
    hidden: optional(boolean),
    build: optional(build),
    search: optional(search),
    at_recall: optional(atRecall),
    run_groups: optional(filledMapOf(group({ build, search, atRecall }))),
  });
  return instead(exclusive(exclusive(exclusive(fields, 'build', 'run_groups'), 'search', 'run_groups'), 'at_recall', 'run_groups'));
};

type Read = ReturnType<ReturnType<typeof implementation>>;

const toEntry = ([name, { title, hidden, build, search, at_recall, run_groups, ...read }]: readonly [
  string,
  Read,
]): ImplementationEntry => ({
  name,
  title: title ?? name,
  default: read.default ?? false,
  hidden: hidden ?? false,
  groups: run_groups === undefined ? [{ build: build ?? {}, search: search ?? {}, ...targetsOf(at_recall) }] : Object.values(run_groups),
});

const known = Object.fromEntries(Object.entries(registered).map(([name, entry]) => [name, implementation(wordsOf(entry))]));

const namedOf = (node: Located, at: Place): readonly (readonly [string, Read])[] =>
  Object.entries(filled(someOf(known))(node, at)).filter((entry): entry is [string, Read] => entry[1] !== undefined);

const implementations: Schema<readonly ImplementationEntry[]> = (node, at) => namedOf(node, at).map(toEntry);

/** As it is registered. */
const usualEntry = (name: string): ImplementationEntry => {
  const { title, default: isDefault = false, hidden = false, sweep } = registered[name] as Registered;
  return { name, title, default: isDefault, hidden, groups: [sweep] };
};

/** With what is said of it in place of what it is registered with. */
const configured = ([name, read]: readonly [string, Read]): ImplementationEntry => {
  const { title, default: isDefault, hidden, build, search, at_recall, run_groups } = read;
  const usual = usualEntry(name);
  const swept = [build, search, at_recall, run_groups].some(said => said !== undefined);
  return {
    name,
    title: title ?? usual.title,
    default: isDefault ?? false,
    hidden: hidden ?? usual.hidden,
    groups: swept ? toEntry([name, read]).groups : usual.groups,
  };
};

/** "hsnw" with nothing that hnsw does not know is a slip, and no file's name. */
const isSlip = ({ name, groups }: ImplementationEntry): boolean => {
  const meant = nearest(name, builtInNames);
  if (meant === undefined) return false;
  const { build, search } = registered[meant] as Registered;
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
    const own = Object.entries(mapOf(implementation(ownWords(entry.key)))(alone, at)).map(toEntry);
    return own.some(isSlip) ? implementations(alone, at) : own;
  });
};

const counts = { k: integer({ from: 1 }), repeats: integer({ from: 1, to: 1000 }), seed: integer({ from: 0 }) };

const benchmarkFile = object({
  k: optional(counts.k),
  repeats: optional(counts.repeats),
  seed: optional(counts.seed),
  implementations: optional((node: Located, at: Place) => namedOf(node, at).map(configured)),
});

/** What the file leaves out is as it is registered; a file without anything says nothing. */
export const benchmarkSchema: Schema<BenchmarkConfig> = (node, at) => {
  const empty = node.kind === 'scalar' && node.value === null;
  const { implementations: said = builtInNames.map(usualEntry), ...more } = empty ? {} : benchmarkFile(node, at);
  return { ...usualSweep, ...more, implementations: said };
};

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
export const pointCount = ({ groups }: Pick<ImplementationEntry, 'groups'>): number =>
  groups.reduce((sum, { build, search, atRecall }) => sum + combinationCount(build) * (atRecall?.length ?? combinationCount(search)), 0);

/** Its builds as they are, and in place of their searches the recalls; unchanged where no setting can be found for one. */
export const atRecalls = (entry: ImplementationEntry, targets: readonly number[]): ImplementationEntry => {
  const known = Object.hasOwn(registered, entry.name) ? registered[entry.name] : undefined;
  if (known === undefined || effortOf(known) === undefined) return entry;
  return { ...entry, groups: entry.groups.map(({ build }) => ({ build, search: {}, ...targetsOf(targets) })) };
};
