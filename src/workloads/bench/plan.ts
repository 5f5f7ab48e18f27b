/** What a person chose → a spec, or an error that says what would be right. */

import type { VectorsEntry } from '../../config/datasets.ts';
import { usageError } from '../../errors/errors.ts';
import type { OwnFile } from '../../user-code/user-file.ts';
import { commandOf, pick, planShared, type SharedChoices, type SharedContext, wholeNumber } from '../shared-plan.ts';
import { recallLevels } from './compare/at-recall.ts';
import { differenceAt, toldDifference } from './compare/recall-rule.ts';
import { atRecalls, type BenchmarkConfig, combinations, type ImplementationEntry, pointCount, type SweepConfig } from './config.ts';
import { builtInNames, effortOf, peerNames, type Registered, registered } from './implementations.ts';
import type { BenchSpec, ImplementationPlan } from './spec.ts';

/** Everything that a plan is judged against. */
export type PlanContext = SharedContext & {
  readonly benchmark: BenchmarkConfig;
  /** The contents of `choices.sweep`. */
  readonly sweep?: SweepConfig;
  /** Files of a person's own, by the words that named them. */
  readonly own?: ReadonlyMap<string, OwnFile>;
  /** By how much the two rules of recall can differ on a data set, by k, where that is known. */
  readonly rulesDiffer?: (dataset: string) => Readonly<Record<string, number>> | undefined;
};

/** Exact answers are known for this many neighbours in the published files. */
export const largestK = 100;

const numberOf = (value: number, flag: string, from: number, to: number, because: string, beside = ''): number =>
  wholeNumber(commandOf('bench'), value, flag, from, to, because, beside);

/** A sweep that nobody will wait for; also keeps a slip in a grid from eating the memory. */
export const mostPoints = 10_000;

type Setting = Readonly<Record<string, number | string>>;

/** The same for the same values, in whatever order they were written. */
const settingKey = (setting: Setting): string => JSON.stringify(Object.entries(setting).sort(([a], [b]) => (a < b ? -1 : 1)));

/** What is swept; `own` where it is a file of a person's own. */
type Chosen = ImplementationEntry & { readonly own?: OwnFile };

/** Each build once, with every search that any group has for it. */
const plansOf = ({ own, ...entry }: Chosen): readonly ImplementationPlan[] => {
  const points = pointCount(entry);
  if (points > mostPoints) {
    throw usageError(
      `The sweep of ${entry.name} is too large`,
      `its lists multiply to ${points} points; at most ${mostPoints} are allowed`,
      'ann-tui bench --help',
    );
  }
  type Made = { readonly build: Setting; readonly search: Map<string, Setting>; readonly targets: Set<number> };
  const plans = new Map<string, Made>();
  for (const group of entry.groups) {
    for (const build of combinations(group.build)) {
      const plan: Made = plans.get(settingKey(build)) ?? { build, search: new Map(), targets: new Set() };
      plans.set(settingKey(build), plan);
      for (const target of group.atRecall ?? []) plan.targets.add(target);
      if (group.atRecall === undefined) for (const search of combinations(group.search)) plan.search.set(settingKey(search), search);
    }
  }
  const source = own && { source: { file: own.file, sha256: own.sha256, from: own.from } };
  return [...plans.values()].map(({ build, search, targets }) => ({
    name: entry.name,
    build,
    search: [...search.values()],
    ...(targets.size > 0 && { atRecall: [...targets].sort((a, b) => a - b) }),
    ...source,
  }));
};

/** Of a name that stands nowhere near another, a person perhaps means to write it. */
const implementationHint = (unknown = ''): string =>
  /^[a-z]\w*$/i.test(unknown) ? `ann-tui new ${unknown}` : 'ann-tui bench --impl naive,hnsw';

/** A file's groups stand in the sweep under the file's name; without any it is built and searched once, as it is. */
const chooseImplementations = (words: readonly string[], { benchmark, sweep, own = new Map() }: PlanContext): readonly Chosen[] => {
  const swept = sweep?.implementations ?? [];
  // What the sweep file does not name is measured as the configuration has it: --compare naive needs no word in the file.
  const listed = [...swept, ...benchmark.implementations.filter(({ name }) => !swept.some(entry => entry.name === name))];
  const entries = new Map<string, Chosen>();
  for (const entry of listed) if (builtInNames.includes(entry.name)) entries.set(entry.name, entry);
  for (const [word, file] of own) {
    const { name } = file;
    if (builtInNames.includes(name)) {
      throw usageError(`${file.file} needs another name`, `${name} is a built-in implementation`, `mv ${file.from} my_${file.file}`);
    }
    const plain = { name, title: name, default: false, hidden: false, groups: [{ build: {}, search: {} }] };
    entries.set(word, { ...(listed.find(entry => entry.name === name) ?? plain), own: file });
  }
  const chosen = pick(words, entries, 'implementation', implementationHint, ({ hidden }) => hidden);
  // "mine" and "./mine.cpp" are one file; files of one name are not.
  const unlike = chosen.filter(
    (entry, at) => chosen.findIndex(({ name, own: file }) => name === entry.name && file?.from === entry.own?.from) === at,
  );
  const twice = unlike.find(({ name }, at) => unlike.findIndex(other => other.name === name) !== at);
  if (twice !== undefined) {
    const files = unlike.filter(({ name }) => name === twice.name).map(entry => entry.own?.from);
    throw usageError(
      `Two implementations are called ${twice.name}`,
      `${files.join(' and ')}; one of the files needs another name`,
      `ann-tui bench --impl ${files[0]}`,
    );
  }
  return unlike;
};

/** With the recalls that were asked for in place of searches, where one of them has a setting to be found. */
const withRecalls = (chosen: readonly Chosen[], recalls: readonly number[] | undefined): readonly Chosen[] => {
  if (recalls === undefined) return chosen;
  const wrong = recalls.find(recall => !(recall > 0 && recall <= 1));
  if (recalls.length === 0 || wrong !== undefined)
    throw usageError(
      `--recall ${wrong ?? ''} cannot be`,
      'it is above 0 and at most 1',
      `ann-tui bench --recall ${recallLevels.join(',')}`,
    );
  const found = chosen.map(entry => (entry.own === undefined ? atRecalls(entry, recalls) : entry));
  if (found.some(({ groups }) => groups.some(({ atRecall }) => atRecall !== undefined))) return found;
  const able = builtInNames.filter(name => effortOf(registered[name] as Registered) !== undefined);
  const [ours, theirs] = [able.filter(name => !peerNames.includes(name)), able.filter(name => peerNames.includes(name))];
  throw usageError(
    `No setting of ${chosen.map(({ name }) => name).join(', ')} can be found for a recall`,
    `that needs an implementation with one search parameter: ${ours.join(', ')}, or of others ${theirs.join(', ')}`,
    `ann-tui bench --impl ${[...chosen.map(entry => entry.own?.from ?? entry.name), ours[0] ?? ''].join(',')} --recall ${recalls.join(',')}`,
  );
};

/** Of each data set on which it is worth a word. A subset's rows lie elsewhere: nothing is known of them. */
const recallRulesOf = (datasets: readonly VectorsEntry[], k: number, { rulesDiffer }: PlanContext): Pick<BenchSpec, 'recallRules'> => {
  const told = datasets.flatMap(({ name }) => {
    const most = differenceAt(rulesDiffer?.(name) ?? {}, k);
    return most > toldDifference ? [[name, most] as const] : [];
  });
  return told.length === 0 ? {} : { recallRules: Object.fromEntries(told) };
};

/** How many true neighbours of a query are known: those of the file, or of a subset, for which they are searched anew. */
const answersOf = ({ neighbours = largestK, train }: VectorsEntry, subset: number | null): number =>
  subset === null || subset >= train ? neighbours : largestK;

/** Throws a usage error (exit code 2) for the first choice that cannot be. */
export const planBench = (choices: BenchChoices, context: PlanContext): BenchSpec => {
  const { benchmark, sweep } = context;
  const chosen = withRecalls(chooseImplementations(choices.implementations, context), choices.recalls);
  const { fields, datasets, cores, whose } = planShared(choices, context, 'vectors');
  const on = ({ name }: VectorsEntry): string => `--dataset ${name} `;
  const smallest = datasets.reduce((least, entry) => (entry.train < least.train ? entry : least));

  const subset =
    choices.subset === undefined
      ? null
      : numberOf(choices.subset, '--subset', 1, smallest.train, `, as ${smallest.name} has ${smallest.train} vectors`, on(smallest));
  const k = choices.k ?? sweep?.k ?? benchmark.k;
  const rows = Math.min(subset ?? smallest.train, smallest.train);
  const fewest = datasets.reduce((least, entry) => (answersOf(entry, subset) < answersOf(least, subset) ? entry : least));
  numberOf(k, '--k', 1, Math.min(largestK, rows), rows < largestK ? `, as there are ${rows} vectors` : '', on(smallest));
  numberOf(k, '--k', 1, answersOf(fewest, subset), `, as ${fewest.name} has the true neighbours of a query up to there`, on(fewest));
  const there = fields.target === 'modal' ? '--target modal ' : '';
  const threads = numberOf(choices.threads ?? 1, '--threads', 0, cores, `, the cores of ${whose} (0 is all)`, there) || cores;

  return {
    v: 1,
    kind: 'bench',
    ...fields,
    implementations: chosen.flatMap(plansOf),
    k,
    threads,
    subset,
    repeats: sweep?.repeats ?? benchmark.repeats,
    seed: sweep?.seed ?? benchmark.seed,
    ...(subset === null && recallRulesOf(datasets, k, context)),
  };
};

/** What a person chose in the wizard or on the command line, not yet validated. */
export type BenchChoices = SharedChoices & {
  readonly kind: 'bench';
  /** Built-in names, or files of a person's own: "hnsw", "./mine.cpp", "mine". */
  readonly implementations: readonly string[];
  readonly k?: number;
  /** 0: as many as there are cores. */
  readonly threads?: number;
  readonly subset?: number;
  /** Settings are found for these, in place of the searches of the sweep. */
  readonly recalls?: readonly number[];
  /** A sweep file, or what would stand in one; absent: configs/benchmark.yaml. */
  readonly sweep?: string | SweepConfig;
};
