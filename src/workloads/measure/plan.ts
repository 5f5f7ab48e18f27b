/** What a person chose → a spec, or an error that says what would be right. */
import { usualShape } from '../../config/hardware.ts';
import { usageError } from '../../errors/errors.ts';
import { coordinatorTimes } from '../../metering/hanging.ts';
import { containerPrice } from '../../prices/container-price.ts';
import { checkedGpu, gpuText, parseGpus } from '../../prices/gpus.ts';
import type { CloudPlan, PricedHardware } from '../../runs/spec.ts';
import { counted, money } from '../../text/format.ts';
import { quoted } from '../../text/shell-word.ts';
import { commandOf, planShared, type SharedChoices, type SharedContext } from '../shared-plan.ts';
import { workOfSeed } from '../train/cost.ts';
import type { TrainChoices } from '../train/plan.ts';
import type { TrainSpec } from '../train/spec.ts';
import { candidates, enoughFor, mostAtOnce, mostMachines, type Timed, usualBudget, usualSeconds } from './candidates.ts';
import type { Machine, MeasureSpec } from './spec.ts';

/** Which training, as its own command and wizard are told it. */
export type WhichTraining = Omit<TrainChoices, keyof SharedChoices | 'check' | 'roughly'>;

/** What a person chose in the wizard or on the command line, not yet validated. */
export type MeasureChoices = SharedChoices & {
  readonly kind: 'measure';
  /** Each of them; absent: those that the budget is enough for. */
  readonly gpus?: readonly string[];
  readonly which?: WhichTraining;
  /** The datasets of that training. */
  readonly on?: readonly string[];
};

/** "ann-tui train --measure --target modal" */
export const measureCommand = `${commandOf('measure')} --measure --target modal`;

/** The command of the training, as it was asked for; undefined of a run that is run again. */
const commandFor = ({ which = {}, on = [] }: MeasureChoices): string | undefined => {
  const { config, sets = [], seeds, model, montage, again } = which;
  if (again !== undefined) return undefined;
  const said = { config, seeds, model, montage, dataset: on.length === 0 ? undefined : on.join(',') };
  return [
    commandOf('measure'),
    ...Object.entries(said).flatMap(([name, value]) => (value === undefined ? [] : [`--${name} ${quoted(value)}`])),
    ...sets.map(set => `--set ${quoted(set)}`),
  ].join(' ');
};

/** As it was asked for, as far as that is known. */
const again = (choices: MeasureChoices, more: string): string =>
  `${commandFor(choices) ?? commandOf(choices.kind)} --measure --target modal ${more}`;

const priced = (machine: Omit<Machine, 'dollarsPerHour'>, { rates }: SharedContext, { region }: MeasureChoices): Machine => ({
  ...machine,
  dollarsPerHour: containerPrice(rates, { ...machine, ...(region !== undefined && { region }) }).total,
});

/** The container that a GPU usually comes with; several of them in one where a training of several processes is measured. */
const machineFor = (word: string, processes: number, choices: MeasureChoices, context: SharedContext): Machine => {
  const [named] = parseGpus(word);
  const asked = named === undefined || named.count > 1 || word.includes(':') ? word : gpuText([{ ...named, count: processes }]);
  const gpu = checkedGpu(asked, context.rates.gpu);
  const [{ count } = { count: 1 }] = parseGpus(gpu);
  if (count !== processes)
    throw usageError(
      `${counted(count, 'GPU')} of a container would not all be used`,
      `training.processes is ${processes}, and each process works on one GPU of the container`,
      again(choices, `--gpu ${gpu} --set training.processes=${count}`),
    );
  const usual = usualShape(context.shapes, gpu);
  const { cores, memoryGiB } = usual ?? { cores: 8, memoryGiB: 32 };
  const hardware = usual?.gpu === gpu ? usual.id : `${cores}x${memoryGiB}+${gpu}`;
  return priced({ hardware, gpu, cores, memoryGiB }, context, choices);
};

/** Those that were named, each once; else every GPU of the price list. */
const offered = (choices: MeasureChoices, processes: number, context: SharedContext): readonly Machine[] => {
  const words = choices.gpus ?? context.shapes.flatMap(({ gpu }) => gpu ?? []);
  const machines = words.map(word => machineFor(word, processes, choices, context));
  return machines.filter(({ gpu }, at) => machines.findIndex(other => other.gpu === gpu) === at);
};

/** "--gpu T4,L4 ": as it was said; empty where nothing was. */
const gpuWords = ({ gpus }: MeasureChoices): string => (gpus === undefined ? '' : `--gpu ${gpus.join(',')} `);

const chosen = (choices: MeasureChoices, processes: number, budget: number, timed: Timed, beside: number, context: SharedContext) => {
  const every = offered(choices, processes, context);
  if (choices.gpus !== undefined && every.length > mostMachines)
    throw usageError(
      `No more than ${mostMachines} GPUs are measured in one run`,
      `${every.length} were named`,
      again(
        choices,
        `--gpu ${every
          .slice(0, mostMachines)
          .map(({ gpu }) => gpu)
          .join(',')}`,
      ),
    );
  const machines = choices.gpus === undefined ? candidates(every, budget, timed, beside) : every;
  const [cheapest] = candidates(every, Number.POSITIVE_INFINITY, timed, beside);
  const wanted = machines.length > 0 ? machines : cheapest === undefined ? [] : [cheapest];
  const enough = enoughFor(wanted, timed, beside);
  if (enough > budget)
    throw usageError(
      `A budget of ${money(budget)} would be gone before ${wanted.length === 1 ? 'a GPU is' : `${wanted.length} GPUs are`} measured`,
      `a start, ${timed.seconds} s of steps and an exit of ${wanted.map(({ gpu }) => gpu).join(', ')}, and what is held ready for each: ${money(enough)} is enough`,
      again(choices, `${gpuWords(choices)}--budget ${enough.toFixed(2)}`),
    );
  return wanted;
};

/** What it is priced by: the dearest of them. */
const pricedBy = (machines: readonly Machine[], { pricesDate }: PricedHardware): PricedHardware => ({
  id: machines.map(({ hardware }) => hardware).join(','),
  label: machines.map(({ gpu }) => gpu).join(', '),
  dollarsPerHour: Math.max(...machines.map(({ dollarsPerHour }) => dollarsPerHour)),
  pricesDate,
});

/** A container for each, of its own size. */
const onEach = (cloud: CloudPlan | undefined, machines: readonly Machine[]): { readonly cloud?: CloudPlan } =>
  cloud === undefined
    ? {}
    : {
        cloud: {
          ...cloud,
          choices: machines.map(({ gpu, cores, memoryGiB, dollarsPerHour }) => ({ gpu, cores, memoryGiB, dollarsPerHour })),
          each: true,
        },
      };

/** `training`: whose steps are measured, as it would be planned for this machine. Throws a usage error (exit code 2) for the first choice that cannot be. */
export const planMeasure = (choices: MeasureChoices, context: SharedContext, training: TrainSpec): MeasureSpec => {
  if (choices.target !== 'modal')
    throw usageError('GPUs are measured at Modal', 'on this machine a training is measured by itself', `${commandOf('measure')} --measure`);
  const { preset, config, settings, source, seeds, data, datasets } = training;
  const { modal, rates } = context;
  const timed: Timed = { seconds: usualSeconds, config };
  const { budget = usualBudget, region } = choices;
  const led = containerPrice(rates, {
    ...modal.coordinator,
    gpu: null,
    nonpreemptible: true,
    ...(region !== undefined && { region }),
  }).total;
  const machines = chosen(choices, config.training.processes, budget, timed, coordinatorTimes * led, context);
  const containers = choices.containers ?? mostAtOnce(machines, budget, timed, coordinatorTimes * led);
  const dearest = machines.toSorted((a, b) => b.dollarsPerHour - a.dollarsPerHour)[0] as Machine;
  const command = commandFor(choices);
  const { fields } = planShared({ ...choices, budget, containers, hardware: dearest.hardware }, context, false);
  return {
    v: 1,
    kind: 'measure',
    ...fields,
    hardware: pricedBy(machines, fields.hardware),
    ...onEach(fields.cloud, machines),
    preset,
    config,
    settings,
    source,
    seconds: timed.seconds,
    machines,
    training: {
      datasets: datasets.map(({ name }) => name),
      seeds,
      windows: seeds.length * workOfSeed(training),
      stepsAlone: data.some(({ splits }) => splits.length === 0),
      ...(command !== undefined && { command }),
    },
  };
};

/** What a person would choose to run the same again. Pure. */
export const choicesOf = ({ hardware, target, machines, training, preset, config, settings, source }: MeasureSpec): MeasureChoices => ({
  kind: 'measure',
  datasets: [],
  hardware: hardware.id,
  target,
  gpus: machines.map(({ gpu }) => gpu),
  which: { again: { preset, config, settings, source, seeds: training.seeds } },
  on: training.datasets,
});
