/** A training's plan, with what it is judged against read from the disk. */
import { recordingsContext } from '../prepare/plan-from-choices.ts';
import type { SharedContext } from '../shared-plan.ts';
import { type LoadedTraining, loadTraining } from './config/load.ts';
import { checkNames } from './config/names.ts';
import { readTraining, type TrainFile } from './config/read.ts';
import { saidPlace, setsTree } from './config/sets.ts';
import { modelChoice } from './model-choice.ts';
import { datasetsFor, planTrain, type TrainChoices } from './plan.ts';
import type { TrainSpec } from './spec.ts';

/** What a config is read by. */
type Said = Pick<TrainChoices, 'config' | 'sets' | 'model' | 'again'>;

/** As the run had it; its model's file is read where it was. */
const asItWas = ({ preset, config, settings, source }: NonNullable<TrainChoices['again']>): LoadedTraining => ({
  name: preset,
  file: preset,
  training: {
    config: source === null ? config : { ...config, model: { ...config.model, name: source.from } },
    settings,
    datasets: [],
    folder: process.cwd(),
  },
  notes: [],
});

/** What was said beside the config, over it: a model first, then single fields. Another model begins with its own options. */
const withSaid = async (training: TrainFile, { model, sets = [] }: Said): Promise<TrainFile> => {
  const here = process.cwd();
  const chosen: TrainFile =
    model === undefined || model === training.config.model.name
      ? training
      : { ...training, config: { ...training.config, model: { name: model, options: {} } }, folder: here };
  return sets.length === 0 ? chosen : readTraining(await setsTree(sets), saidPlace, chosen, here);
};

/** What a run had is gone on with where no other config is named. */
const isFromFile = ({ again, config }: Said): boolean => again === undefined || config !== undefined;

/** The config that is meant, and all that was said laid over it. Throws a usage error that points at the line, or the option. */
export const loadedFor = async (choices: Said): Promise<LoadedTraining> => {
  const { again, config } = choices;
  const loaded = again === undefined || isFromFile(choices) ? await loadTraining(config) : asItWas(again);
  return { ...loaded, training: await withSaid(loaded.training, choices) };
};

/** Throws a usage error for the first choice that cannot be. */
export const planFromChoices = async (choices: TrainChoices, context: SharedContext): Promise<TrainSpec> => {
  const loaded = await loadedFor(choices);
  const { config, folder } = loaded.training;
  if (isFromFile(choices)) await checkNames(loaded, choices.datasets.length === 0 ? context.datasets : undefined);
  const model = modelChoice(config.model.name, folder, choices.config);
  // Its config is another one than that of a prepare.
  const { config: _preset, ...wanted } = choices;
  const recordings = await recordingsContext({ ...wanted, datasets: datasetsFor(choices, loaded.training) }, context);
  return planTrain(choices, { ...recordings, loaded, model });
};
