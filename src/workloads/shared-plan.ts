/** The part of planning that every workload shares: which data, on which hardware, under which limits. Pure. */

import { type DatasetEntry, type DatasetKind, type OfKind, ofKind, pinsOf } from '../config/datasets.ts';
import type { Shape } from '../config/hardware.ts';
import type { ModalConfig } from '../config/modal.ts';
import type { RecordingsStamp } from '../datasets/recordings-here.ts';
import { usageError } from '../errors/errors.ts';
import { type Container, containerLabel, containerPrice, type Rates } from '../prices/container-price.ts';
import { parseContainer } from '../prices/container-text.ts';
import { checkedGpu, gpuText, parseGpus } from '../prices/gpus.ts';
import { checkSize } from '../prices/limits.ts';
import { checkRegion } from '../prices/regions.ts';
import type { Buckets, CloudPlan, DatasetRef, PricedHardware, Spec, TargetName } from '../runs/spec.ts';
import type { RunState } from '../runs/state.ts';
import { begunBy } from '../text/command-names.ts';
import { didYouMean } from '../text/nearest.ts';

/** What a person chose in the wizard or on the command line, whatever the workload; not yet validated. */
export type SharedChoices = {
  readonly kind: string;
  readonly datasets: readonly string[];
  readonly target: TargetName;
  /** Id of the hardware row that prices the run. */
  readonly hardware: string;
  readonly budget?: number;
  readonly timeout?: number;
  /** On Modal: it goes on though it looks like costing more than its budget. */
  readonly overBudget?: boolean;
  /** On Modal: as many containers work at once at most. */
  readonly containers?: number;
  readonly profile?: string;
  readonly environment?: string;
  /** "us", "eu-west"; absent: anywhere. */
  readonly region?: string;
  readonly nonpreemptible?: boolean;
};

/** What every plan is judged against. */
export type SharedContext = {
  readonly datasets: readonly DatasetEntry[];
  readonly shapes: readonly Shape[];
  readonly rates: Rates;
  readonly modal: ModalConfig;
  /** Cores of this machine. */
  readonly cores: number;
  /** Runs of this machine, wherever they ran: how fast such work went. */
  readonly earlier?: () => readonly RunState[];
  /** Asks Modal which of these recordings have an inventory on a volume there; throws a `ModalError`. Absent: nobody is asked. */
  readonly stampsThere?: (
    where: Pick<SharedChoices, 'profile' | 'environment'>,
    volume: string,
    names: readonly string[],
  ) => Promise<ReadonlyMap<string, RecordingsStamp>>;
};

/** "ann-tui bench": of a kind that another kind's command begins, that one. */
export const commandOf = (kind: string): string => `ann-tui ${begunBy[kind] ?? kind}`;

/** "ann-tui prepare --dataset tusz,siena" */
export const commandWith = (kind: string, datasets: readonly { readonly name: string }[]): string =>
  `${commandOf(kind)} --dataset ${datasets.map(({ name }) => name).join(',')}`;

/** The same, where the run is to be: "ann-tui prepare --dataset tusz --target modal". */
export const commandFor = (
  kind: string,
  { datasets, target }: { readonly datasets: readonly { readonly name: string }[]; readonly target: TargetName },
): string => `${commandWith(kind, datasets)}${target === 'modal' ? ' --target modal' : ''}`;

export const helpOf = (kind: string): string => `${commandOf(kind)} --help`;

/** `hidden` names can be picked, and are told to who nearly typed one only. */
export const pick = <T>(
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
    const near = didYouMean(word, [...of.keys()]);
    throw usageError(`There is no ${kind} "${word}"`, `${near}there are: ${names.join(', ')}`, hintFor(near === '' ? word : undefined));
  });
};

/** The next step is `command` with the nearest number that can be; `beside` are the words that it needs to be one. */
export const wholeNumber = (
  command: string,
  value: number,
  flag: string,
  from: number,
  to: number,
  because: string,
  beside = '',
): number => {
  if (Number.isSafeInteger(value) && value >= from && value <= to) return value;
  const nearest = Math.min(to, Math.max(from, Number.isNaN(value) ? from : Math.round(value)));
  throw usageError(
    `${flag} ${value} cannot be`,
    `it is a whole number from ${from} to ${to}${because}`,
    `${command} ${beside}${flag} ${nearest}`,
  );
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

/** GPUs in a list: so many functions the apps declare (modal/apps/fleet.py). */
const mostChoices = 4;

/** Modal starts at most this many containers of a function at once on its smallest plan. */
export const mostContainers = 100;

const demandsOf = ({ kind, target, region, nonpreemptible, hardware }: SharedChoices, container: Container): Demands => {
  if (target !== 'modal') return {};
  if (region !== undefined) checkRegion(region, helpOf(kind));
  if (nonpreemptible === true && container.gpu !== null) {
    throw usageError(
      '--nonpreemptible cannot be with a GPU',
      `Modal has it for CPU containers only, and ${hardware} has a GPU`,
      'ann-tui prices',
    );
  }
  return { ...(region !== undefined && { region }), ...(nonpreemptible === true && { nonpreemptible }) };
};

/** Each GPU that will do, with what the whole container costs with it; none where there is one alone. */
const gpuChoices = (container: Container, rates: Rates, kind: string, gpus: 'one' | 'list'): Pick<CloudPlan, 'choices'> => {
  const asked = container.gpu === null ? [] : parseGpus(container.gpu);
  if (asked.length < 2) return {};
  if (gpus === 'one') {
    const why = 'a list is for what a GPU is worth waiting for: a training, a prediction';
    throw usageError(
      `${commandOf(kind)} takes one GPU, not a list`,
      why,
      `${commandOf(kind)} --target modal --gpu ${gpuText(asked.slice(0, 1))}`,
    );
  }
  if (asked.length > mostChoices) {
    const why = `${asked.length} were asked for; the next is asked for when there is no machine for the one before`;
    const hint = `${commandOf(kind)} --target modal --gpu ${gpuText(asked.slice(0, mostChoices))}`;
    throw usageError(`No more than ${mostChoices} GPUs can be in a list`, why, hint);
  }
  const choices = asked.map(one => {
    const gpu = gpuText([one]);
    return { gpu, dollarsPerHour: containerPrice(rates, { ...container, gpu }).total };
  });
  return { choices };
};

/** Of the kind of data that the run works on. */
const bucketsFor = (uses: DatasetKind | false, { datasets, recordings }: Buckets = {}): Pick<CloudPlan, 'buckets'> => {
  if (uses === 'vectors') return datasets === undefined ? {} : { buckets: { datasets } };
  return uses === 'recordings' && recordings !== undefined ? { buckets: { recordings } } : {};
};

/** What containers of a workload there may be at Modal. */
type Uses = {
  /** Its recordings are had ready on containers of their own. */
  readonly apart?: boolean;
  /** Its app has functions for GPUs that will do when the first is not to be had. @default 'one' */
  readonly gpus?: 'one' | 'list';
};

const planCloud = (
  choices: SharedChoices,
  asked: Container,
  { modal, rates }: SharedContext,
  uses: DatasetKind | false,
  { apart = false, gpus = 'one' }: Uses,
): CloudPlan => {
  const { cores, memoryGiB, gpu } = asked;
  const { coordinator, preparer, volumes, buckets, control, startupTimeout, gpuPatience, longestCall } = modal;
  const region = choices.region === undefined ? {} : { region: choices.region };
  return {
    profile: choices.profile ?? null,
    environment: choices.environment ?? null,
    container: { cores, memoryGiB, gpu, region: choices.region ?? null, nonpreemptible: choices.nonpreemptible ?? false },
    containers: wholeNumber(commandOf(choices.kind), choices.containers ?? 1, '--containers', 1, mostContainers, ''),
    // It must outlive its parts, so it asks not to be preempted; where the region is asked for, it is there too.
    coordinator: {
      ...coordinator,
      dollarsPerHour: containerPrice(rates, {
        ...coordinator,
        gpu: null,
        nonpreemptible: true,
        ...region,
      }).total,
    },
    ...gpuChoices({ ...asked, ...region }, rates, choices.kind, gpus),
    ...(gpu !== null && { patience: gpuPatience }),
    ...(apart && { preparer: { ...preparer, dollarsPerHour: containerPrice(rates, { ...preparer, gpu: null, ...region }).total } }),
    longestCall,
    volumes,
    ...bucketsFor(uses, buckets),
    control,
    startupTimeout,
  };
};

/** The fields that every spec has, and what else a plan is checked with. */
export type SharedPlan<K extends DatasetKind | false> = {
  readonly fields: Omit<Spec, 'v' | 'kind'>;
  readonly datasets: readonly OfKind<DatasetEntry, K>[];
  /** Cores that the run may use, and whose they are: "this machine", "that container". */
  readonly cores: number;
  readonly whose: string;
};

/** The datasets that were asked for; one of another kind than the workload takes is refused by what fits. */
const pickDatasets = <K extends DatasetKind | false>(
  { kind, datasets: words }: SharedChoices,
  entries: readonly DatasetEntry[],
  uses: K,
): readonly OfKind<DatasetEntry, K>[] => {
  if (uses === false) return [];
  const fitting = ofKind(entries, uses);
  const other = entries.find(({ name, of }) => of !== uses && words.includes(name));
  if (other !== undefined) {
    const first = fitting.find(({ made }) => made) ?? fitting[0];
    throw usageError(
      `${other.name} is a dataset of ${other.of}`,
      `${commandOf(kind)} takes ${uses}; there are: ${fitting.map(({ name }) => name).join(', ')}`,
      first === undefined ? 'ann-tui datasets' : `${commandOf(kind)} --dataset ${first.name}`,
    );
  }
  return pick(words, new Map(fitting.map(entry => [entry.name, entry])), 'dataset', () => 'ann-tui datasets');
};

/** What a spec keeps of a dataset; a job knows by its name what it makes. */
const refOf = (entry: DatasetEntry): DatasetRef => ({ name: entry.name, url: entry.url, ...pinsOf(entry) });

/**
 * `uses`: the workload's `usesDatasets`. Throws a usage error (exit code 2) for the first choice that cannot be.
 */
export const planShared = <K extends DatasetKind | false>(
  choices: SharedChoices,
  context: SharedContext,
  uses: K,
  there: Uses = {},
): SharedPlan<K> => {
  const { kind, budget, timeout } = choices;
  const { shapes, rates } = context;
  const datasets = pickDatasets(choices, context.datasets, uses);
  const container = containerOf(choices.hardware, shapes, rates);
  const atModal = choices.target === 'modal';
  if (budget !== undefined && !(Number.isFinite(budget) && budget > 0)) {
    throw usageError(`--budget ${budget} cannot be`, 'it is an amount of dollars above 0, such as 2 or $2.50', helpOf(kind));
  }
  if (timeout !== undefined && !(Number.isFinite(timeout) && timeout > 0)) {
    throw usageError(`--timeout ${timeout} cannot be`, 'it is a time above 0, such as 90s, 30m or 2h', helpOf(kind));
  }
  return {
    fields: {
      target: choices.target,
      datasets: datasets.map(refOf),
      hardware: priceHardware(choices.hardware, shapes, rates, demandsOf(choices, container)),
      // Nothing is billed on this machine, so there is nothing to limit.
      budget: atModal ? (budget ?? null) : null,
      timeout: timeout ?? null,
      ...(atModal && choices.overBudget === true && { overBudget: true as const }),
      ...(atModal && { cloud: planCloud(choices, container, context, uses, there) }),
    },
    datasets,
    ...(atModal
      ? { cores: Math.max(1, Math.floor(container.cores)), whose: 'that container' }
      : { cores: context.cores, whose: 'this machine' }),
  };
};
