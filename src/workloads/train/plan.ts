/** What a person chose → a spec, or an error that says what would be right. */
import { usageError } from '../../errors/errors.ts';
import { parseGpus } from '../../prices/gpus.ts';
import { counted } from '../../text/format.ts';
import { dataOf, isNotThere, type KnownRecordings, type RecordingsData, requireSplit, syncCommand } from '../prepare/data.ts';
import { refuseInCommon } from '../prepare/in-common.ts';
import { mountedFor } from '../prepare/mounts.ts';
import { type RecordingsContext, settingsOf, usualDataset } from '../prepare/plan.ts';
import { type SplitName, splitNames } from '../prepare/splits.ts';
import { commandFor, planShared, type SharedChoices } from '../shared-plan.ts';
import type { LoadedTraining } from './config/load.ts';
import { misfitOf } from './config/together.ts';
import type { TrainConfig } from './config-shape.ts';
import type { ModelChoice } from './model-choice.ts';
import { seedsOf } from './seeds.ts';
import type { TrainSpec } from './spec.ts';
import { expectedOf } from './speed/expected.ts';

/** What a person chose in the wizard or on the command line, not yet validated. */
export type TrainChoices = SharedChoices & {
  readonly kind: 'train';
  /** A preset, or a file. */
  readonly config?: string;
  /** "training.steps=600", each. */
  readonly sets?: readonly string[];
  /** "3" or "0,3,7" */
  readonly seeds?: string;
  /** A size, or a file of a person's own. */
  readonly model?: string;
  readonly montage?: string;
  /** Only whether one batch can be learnt by heart. */
  readonly check?: boolean;
  /** Nothing is started: of data that are not here the steps alone are counted. */
  readonly roughly?: boolean;
  /** Of a run that is run again: as it was. The fields above are laid over it. */
  readonly again?: Pick<TrainSpec, 'preset' | 'config' | 'settings' | 'seeds' | 'source'>;
};

/** What a plan of a training is judged against. */
export type TrainContext = Omit<RecordingsContext, 'settings'> & {
  /** The config with everything that was said laid over it. */
  readonly loaded: LoadedTraining;
  readonly model: ModelChoice;
};

/** "ann-tui train --config laptop" */
export const trainCommand = (config: string): string => `ann-tui train --config ${config}`;

/** GPUs of one container work together only as so many processes, and all of them are billed. */
const refuseIdleGpus = ({ cloud }: Pick<TrainSpec, 'cloud'>, { training, windows }: TrainConfig): void => {
  const counts = cloud?.container.gpu == null ? [] : parseGpus(cloud.container.gpu).map(({ count }) => count);
  const wrong = counts.find(count => count !== training.processes);
  if (wrong === undefined || (wrong === 1 && training.processes === 1)) return;
  const why = `training.processes is ${training.processes}, and each process works on one GPU of the container`;
  const hint =
    windows.batch % wrong === 0
      ? `--set training.processes=${wrong}`
      : `--set training.processes=${wrong} --set windows.batch=${wrong * Math.ceil(windows.batch / wrong)}`;
  throw usageError(`${counted(wrong, 'GPU')} of a container would not all be used`, why, hint);
};

/** Both have to be there; what the third is for can be left undone. */
const needed: readonly (readonly [SplitName, string])[] = [
  ['train', 'there is nothing to train on'],
  ['dev', 'the best checkpoint and its threshold are chosen on dev'],
];

/** Of recordings that nobody has counted: no split. */
const uncounted = (dataset: string): RecordingsData => ({ dataset, synthetic: false, split_hash: null, splits: [] });

const notHere = (known: KnownRecordings) =>
  usageError(
    `${known.dataset} ${isNotThere(known)}`,
    'what it holds is counted before anything is begun; what its steps would take and cost is told without it by --measure --dry-run',
    syncCommand(known),
  );

/** Whether it has to be brought here first. */
const isAbsent = ({ inventory, made = false, lost }: KnownRecordings): boolean => inventory === undefined && !made && lost === undefined;

const checked = (known: KnownRecordings, data: RecordingsData): RecordingsData => {
  for (const [split, why] of needed) requireSplit(known, data, split, why);
  return data;
};

/** Those that were said, else those of the config, else the usual one. */
export const datasetsFor = (
  { datasets }: Pick<TrainChoices, 'datasets'>,
  training: { readonly datasets: readonly string[] },
): readonly string[] => [datasets, training.datasets].find(names => names.length > 0) ?? [usualDataset];

/** Throws a usage error (exit code 2) for the first choice that cannot be. */
export const planTrain = (choices: TrainChoices, context: TrainContext): TrainSpec => {
  const { name: preset, training } = context.loaded;
  const { config } = training;
  const { model } = context;
  const seeds =
    choices.again !== undefined && choices.seeds === undefined ? choices.again.seeds : seedsOf(choices.seeds, config.training.seed);
  const settings = settingsOf('train', choices.montage === undefined ? {} : { montage: choices.montage }, {
    ...context,
    settings: training.settings,
  });
  const planned = { ...config, model: { ...config.model, name: model.name } };
  const misfit = misfitOf(planned, settings.rate, 'ann-tui train --help');
  if (misfit !== undefined) throw misfit;
  const { fields } = planShared({ ...choices, datasets: datasetsFor(choices, training) }, context, 'recordings', {
    apart: true,
    gpus: 'list',
  });
  const known = fields.datasets.map(({ name }) => context.recordings(name));
  const command = commandFor('train', fields);
  const data = known.map(one => {
    if (!isAbsent(one)) return checked(one, dataOf(one, splitNames, settings.montage, command));
    if (choices.roughly) return uncounted(one.dataset);
    throw notHere(one);
  });
  refuseInCommon('train', fields.target, known);
  refuseIdleGpus(fields, planned);
  const spec: TrainSpec = {
    v: 1,
    kind: 'train',
    ...mountedFor(fields, known),
    preset,
    config: planned,
    settings,
    data,
    seeds,
    source: model.source,
    ...(choices.check && { check: true }),
  };
  const expected = fields.cloud === undefined ? undefined : expectedOf(spec, fields.cloud, context);
  return expected === undefined ? spec : { ...spec, expected };
};

/** What a person would choose to run the same again. Pure. */
export const choicesOf = ({ datasets, hardware, target, preset, config, settings, seeds, source, check }: TrainSpec): TrainChoices => ({
  kind: 'train',
  datasets: datasets.map(({ name }) => name),
  hardware: hardware.id,
  target,
  again: { preset, config, settings, seeds, source },
  ...(check && { check }),
});
