/** What the wizard offers to train: configs that come with the program, and models. */
import models from '../../../modal/seizure/src/seizure/model/models.json' with { type: 'json' };
import type { RunState } from '../../runs/state.ts';
import { findFiles } from '../../user-code/find-files.ts';
import { shownFrom } from '../../user-code/user-file.ts';
import { workloadOf } from '../registry.ts';
import { loadTraining, presets } from './config/load.ts';
import type { TrainConfig } from './config-shape.ts';
import { isModel, modelFile } from './user-code/model-file.ts';

export type PresetOffer = {
  readonly name: string;
  readonly says: string;
  readonly config: TrainConfig;
  /** Those that it is made for. */
  readonly datasets: readonly string[];
};

const presetWords: Readonly<Record<(typeof presets)[number], string>> = {
  laptop: 'a detector in minutes, on this machine',
  smoke_test: 'whether all of it works; its figures mean nothing',
  tusz_train_a100: 'the whole of TUSZ, on one large GPU',
};

export const presetOffers = async (): Promise<readonly PresetOffer[]> =>
  await Promise.all(
    presets.map(async name => {
      const { config, datasets } = (await loadTraining(name)).training;
      return { name, says: presetWords[name], config, datasets };
    }),
  );

export type ModelOffer = {
  /** What `TrainChoices.model` takes: a size, or a file's absolute path. */
  readonly word: string;
  /** "tiny", "./mine.py" */
  readonly shown: string;
  readonly says: string;
};

export const ownOffer = (file: string, folder: string): ModelOffer => ({
  word: file,
  shown: shownFrom(folder, file),
  says: 'a file of your own',
});

export const modelOffers = async (folder: string, runs: readonly RunState[]): Promise<readonly ModelOffer[]> => {
  const sizes = Object.entries(models.sizes).map(([name, { says }]): ModelOffer => ({ word: name, shown: name, says }));
  return [...sizes, ...(await ownOffers(folder, runs))];
};

/** Files of a person's own: those of `folder`, then those that runs were made with. */
export const ownOffers = async (folder: string, runs: readonly RunState[]): Promise<readonly ModelOffer[]> => {
  const used = runs.flatMap(({ spec }) => workloadOf(spec).sources(spec)).map(({ from }) => from);
  const own = await findFiles(folder, used, { suffixes: modelFile.suffixes, fits: isModel });
  return own.map(file => ownOffer(file, folder));
};
