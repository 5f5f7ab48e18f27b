/** What a person chose → a frozen spec, or an error that says what would be right. */

import type { DatasetEntry } from '../../config/datasets.ts';
import type { Shape } from '../../config/hardware.ts';
import type { ModalConfig } from '../../config/modal.ts';
import { usageError } from '../../errors/errors.ts';
import { budgetObstacle } from '../../metering/budget.ts';
import { type Container, containerLabel, containerPrice, type Rates } from '../../prices/container-price.ts';
import { parseContainer } from '../../prices/container-text.ts';
import { checkedGpu } from '../../prices/gpus.ts';
import { checkSize, checkTime } from '../../prices/limits.ts';
import type { BenchSpec, CloudPlan, ImplementationPlan, PricedHardware, TargetName } from '../../runs/spec.ts';
import { didYouMean } from '../../text/nearest.ts';
import type { OwnFile } from '../../user-code/user-file.ts';
import { differenceAt, toldDifference } from './compare/recall-rule.ts';
import { type BenchmarkConfig, builtInNames, combinations, type ImplementationEntry, pointCount, type SweepConfig } from './config.ts';
/** Everything that a plan is judged against. */
export type PlanContext = {
  readonly benchmark: BenchmarkConfig;
  /** The contents of `choices.sweep`. */
  readonly sweep?: SweepConfig;
  /** Files of a person's own, by the words that named them. */
  readonly own?: ReadonlyMap<string, OwnFile>;
  readonly datasets: readonly DatasetEntry[];
  /** By how much the two rules of recall can differ on a data set, by k, where that is known. */
  readonly rulesDiffer?: (dataset: string) => Readonly<Record<string, number>> | undefined;
  readonly shapes: readonly Shape[];
  readonly rates: Rates;
  readonly modal: ModalConfig;
  /** Cores of this machine. */
  readonly cores: number;
};

/** Exact answers are known for this many neighbours in the published files. */
export const largestK = 100;

/** A sweep that nobody will wait for; also keeps a slip in a grid from eating the memory. */
export const mostPoints = 10_000;

/** `hidden` names can be picked and are not told. */
const pick = <T>(
  words: readonly string[],
  of: ReadonlyMap<string, T>,
  kind: string,
  hintFor: (unknown?: string) => string,
  hidden: (entry: T) => boolean = () => false,
): readonly T[] => {
  const names = [...of].filter(([, entry]) => !hidden(entry)).map(([name]) => name);
  if (words.length === 0) throw usageError(`No ${kind} was chosen`, `there are: ${names.join(', ')}`, hintFor());
  return [...new Set(words)].map(word => {
    const found = of.get(word);
    if (found !== undefined) return found;
    const near = didYouMean(word, names);
    throw usageError(`There is no ${kind} "${word}"`, `${near}there are: ${names.join(', ')}`, hintFor(near === '' ? word : undefined));
  });
};

/** The next step is the nearest number that can be; `beside` are the words that it needs to be one. */
const wholeNumber = (value: number, flag: string, from: number, to: number, because: string, beside = ''): number => {
  if (Number.isSafeInteger(value) && value >= from && value <= to) return value;
  const nearest = Math.min(to, Math.max(from, Number.isNaN(value) ? from : Math.round(value)));
  throw usageError(
    `${flag} ${value} cannot be`,
    `it is a whole number from ${from} to ${to}${because}`,
    `ann-tui bench ${beside}${flag} ${nearest}`,
  );
};

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
  const plans = new Map<string, { readonly build: Setting; readonly search: Map<string, Setting> }>();
  for (const group of entry.groups) {
    for (const build of combinations(group.build)) {
      const plan = plans.get(settingKey(build)) ?? { build, search: new Map() };
      plans.set(settingKey(build), plan);
      for (const search of combinations(group.search)) plan.search.set(settingKey(search), search);
    }
  }
  const source = own && { source: { file: own.file, sha256: own.sha256, from: own.from } };
  return [...plans.values()].map(({ build, search }) => ({ name: entry.name, build, search: [...search.values()], ...source }));
};

/** The container that `text` names: an id of the list, or CORESxGIB[+GPU]. */
const containerOf = (text: string, shapes: readonly Shape[], rates: Rates): Container => {
  const ids = shapes.map(({ id }) => id);
  const container = shapes.find(({ id }) => id === text) ?? parseContainer(text);
  if (container === undefined) {
    throw usageError(`There is no hardware "${text}"`, `${didYouMean(text, ids)}there are: ${ids.join(', ')}`, 'ann-tui prices');
  }
  checkSize(text, container);
  return container.gpu === null ? container : { ...container, gpu: checkedGpu(container.gpu, rates.gpu) };
};

/** What is asked of a container beside its size; both raise its price. */
type Demands = Pick<Container, 'region' | 'nonpreemptible'>;

const priced = (text: string, container: Container, rates: Rates): PricedHardware => ({
  id: text,
  label: containerLabel(container),
  dollarsPerHour: containerPrice(rates, container).total,
  pricesDate: rates.date,
});

/** Prices the hardware that `text` names: an id of the list, or CORESxGIB[+GPU]. */
export const priceHardware = (text: string, shapes: readonly Shape[], rates: Rates, demands: Demands = {}): PricedHardware =>
  priced(text, { ...containerOf(text, shapes, rates), ...demands }, rates);

/** Modal starts at most this many containers of a function at once on its smallest plan. */
export const mostContainers = 100;

const demandsOf = ({ target, region, nonpreemptible, hardware }: BenchChoices, container: Container): Demands => {
  if (target !== 'modal') return {};
  if (region !== undefined && !/^[a-z]{2,}(-[a-z0-9]+)*$/.test(region)) {
    throw usageError(`There is no region "${region}"`, 'a region is like us, eu, ap, us-west or eu-west', 'ann-tui bench --help');
  }
  if (nonpreemptible === true && container.gpu !== null) {
    throw usageError(
      '--nonpreemptible cannot be with a GPU',
      `Modal has it for CPU containers only, and ${hardware} has a GPU`,
      'ann-tui prices',
    );
  }
  return { ...(region !== undefined && { region }), ...(nonpreemptible === true && { nonpreemptible }) };
};

const planCloud = (choices: BenchChoices, container: Container, { modal, rates }: PlanContext): CloudPlan => {
  const { cores, memoryGiB, gpu } = container;
  const { coordinator, volumes, buckets, control, startupTimeout } = modal;
  return {
    profile: choices.profile ?? null,
    environment: choices.environment ?? null,
    container: { cores, memoryGiB, gpu, region: choices.region ?? null, nonpreemptible: choices.nonpreemptible ?? false },
    containers: wholeNumber(choices.containers ?? 1, '--containers', 1, mostContainers, ''),
    // It must outlive its parts, so it asks not to be preempted; where the region is asked for, it is there too.
    coordinator: {
      ...coordinator,
      dollarsPerHour: containerPrice(rates, {
        ...coordinator,
        gpu: null,
        nonpreemptible: true,
        ...(choices.region !== undefined && { region: choices.region }),
      }).total,
    },
    volumes,
    ...(buckets === undefined ? {} : { buckets }),
    control,
    startupTimeout,
  };
};

const deepFreeze = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
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

/** Of each data set on which it is worth a word. A subset's rows lie elsewhere: nothing is known of them. */
const recallRulesOf = (datasets: readonly DatasetEntry[], k: number, { rulesDiffer }: PlanContext): Pick<BenchSpec, 'recallRules'> => {
  const told = datasets.flatMap(({ name }) => {
    const most = differenceAt(rulesDiffer?.(name) ?? {}, k);
    return most > toldDifference ? [[name, most] as const] : [];
  });
  return told.length === 0 ? {} : { recallRules: Object.fromEntries(told) };
};

/** How many true neighbours of a query are known: those of the file, or of a subset, for which they are searched anew. */
const answersOf = ({ neighbours = largestK, train }: DatasetEntry, subset: number | null): number =>
  subset === null || subset >= train ? neighbours : largestK;

/** Throws a usage error (exit code 2) for the first choice that cannot be. */
export const planBench = (choices: BenchChoices, context: PlanContext): BenchSpec => {
  const { benchmark, sweep } = context;
  const chosen = chooseImplementations(choices.implementations, context);
  const datasets = pick(choices.datasets, new Map(context.datasets.map(entry => [entry.name, entry])), 'dataset', () => 'ann-tui datasets');
  const on = ({ name }: DatasetEntry): string => `--dataset ${name} `;
  const smallest = datasets.reduce((least, entry) => (entry.train < least.train ? entry : least));

  const subset =
    choices.subset === undefined
      ? null
      : wholeNumber(choices.subset, '--subset', 1, smallest.train, `, as ${smallest.name} has ${smallest.train} vectors`, on(smallest));
  const k = choices.k ?? sweep?.k ?? benchmark.k;
  const rows = Math.min(subset ?? smallest.train, smallest.train);
  const fewest = datasets.reduce((least, entry) => (answersOf(entry, subset) < answersOf(least, subset) ? entry : least));
  wholeNumber(k, '--k', 1, Math.min(largestK, rows), rows < largestK ? `, as there are ${rows} vectors` : '', on(smallest));
  wholeNumber(k, '--k', 1, answersOf(fewest, subset), `, as ${fewest.name} has the true neighbours of a query up to there`, on(fewest));
  const { shapes, rates } = context;
  const container = containerOf(choices.hardware, shapes, rates);
  const there = choices.target === 'modal';
  const [cores, where] = there ? [Math.max(1, Math.floor(container.cores)), 'that container'] : [context.cores, 'this machine'];
  const threads =
    wholeNumber(choices.threads ?? 1, '--threads', 0, cores, `, the cores of ${where} (0 is all)`, there ? '--target modal ' : '') || cores;

  const { budget, timeout } = choices;
  if (budget !== undefined && !(Number.isFinite(budget) && budget > 0)) {
    throw usageError(`--budget ${budget} cannot be`, 'it is an amount of dollars above 0, such as 2 or $2.50', 'ann-tui bench --help');
  }
  if (timeout !== undefined && !(Number.isFinite(timeout) && timeout > 0)) {
    throw usageError(`--timeout ${timeout} cannot be`, 'it is a time above 0, such as 90s, 30m or 2h', 'ann-tui bench --help');
  }
  if (there && timeout !== undefined) checkTime(timeout);

  const spec = deepFreeze<BenchSpec>({
    v: 1,
    kind: 'bench',
    target: choices.target,
    datasets: datasets.map(({ name, url, mirrors, sha256 }) => ({
      name,
      url,
      ...(mirrors === undefined ? {} : { mirrors }),
      ...(sha256 === undefined ? {} : { sha256 }),
    })),
    implementations: chosen.flatMap(plansOf),
    k,
    threads,
    subset,
    repeats: sweep?.repeats ?? benchmark.repeats,
    seed: sweep?.seed ?? benchmark.seed,
    hardware: priceHardware(choices.hardware, shapes, rates, demandsOf(choices, container)),
    // Nothing is billed on this machine, so there is nothing to limit.
    budget: there ? (budget ?? null) : null,
    timeout: timeout ?? null,
    ...(there && { cloud: planCloud(choices, container, context) }),
    ...(subset === null && recallRulesOf(datasets, k, context)),
  });
  const obstacle = budgetObstacle(spec);
  if (obstacle !== undefined) throw obstacle;
  return spec;
};

/** What a person chose in the wizard or on the command line, not yet validated. */
export type BenchChoices = {
  /** Built-in names, or files of a person's own: "hnsw", "./mine.cpp", "mine". */
  readonly implementations: readonly string[];
  readonly datasets: readonly string[];
  readonly target: TargetName;
  /** Id of the hardware row that prices the run. */
  readonly hardware: string;
  readonly k?: number;
  /** 0: as many as there are cores. */
  readonly threads?: number;
  readonly subset?: number;
  /** A sweep file, or what would stand in one; absent: configs/benchmark.yaml. */
  readonly sweep?: string | SweepConfig;
  readonly budget?: number;
  readonly timeout?: number;
  /** On Modal: as many containers measure at once at most. */
  readonly containers?: number;
  readonly profile?: string;
  readonly environment?: string;
  /** "us", "eu-west"; absent: anywhere. */
  readonly region?: string;
  readonly nonpreemptible?: boolean;
};
