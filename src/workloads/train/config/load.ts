/** `--config`: a preset of configs/training, a person's own copy of it, or a file of their own. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { type ConfigName, configFile } from '../../../config/load.ts';
import { type Located, readLocated } from '../../../config/located.ts';
import { usageError } from '../../../errors/errors.ts';
import { didYouMean, nearest } from '../../../text/nearest.ts';
import { loadPrepare } from '../../prepare/config.ts';
import { originNotes } from '../origin/notes.ts';
import { isOriginConfig, readOriginConfig } from '../origin/read.ts';
import { usualConfig } from './fields.ts';
import { readTraining, type TrainFile } from './read.ts';

/** Presets that come with the program, in the order in which they are offered. */
export const presets = ['laptop', 'smoke_test', 'tusz_train_a100'] as const;

/** Their files among the configs of which a person may have a copy. */
export const presetConfigs: readonly ConfigName[] = presets.map(name => `training/${name}` as const);

export const usualPreset = presets[0];

export type LoadedTraining = {
  /** "laptop", "mine.yaml" */
  readonly name: string;
  readonly file: string;
  readonly training: TrainFile;
  /** What became of its fields, where it is a config of another program. */
  readonly notes: readonly string[];
};

const isPreset = (word: string): boolean => (presets as readonly string[]).includes(word);

/** A preset's name wins over a file of that name here; `./laptop` is the file. */
const fileOf = (word: string): { readonly name: string; readonly file: string } => {
  if (isPreset(word)) return { name: word, file: configFile(`training/${word}`).file };
  const file = path.resolve(word);
  if (existsSync(file) || word.includes('/') || /\.ya?ml$/.test(word)) return { name: path.basename(file), file: word };
  throw usageError(
    `There is no config "${word}"`,
    `${didYouMean(word, presets)}there are: ${presets.join(', ')}, and files of your own`,
    `ann-tui train --config ${nearest(word, presets) ?? usualPreset}`,
  );
};

/** What nobody says anything about. */
const usual = async (): Promise<TrainFile> => ({
  config: usualConfig,
  settings: (await loadPrepare()).value,
  datasets: [],
  folder: process.cwd(),
});

/** What the origin's configs do not decide is as where nothing is said. */
const readOrigin = (node: Located, file: string, otherwise: TrainFile): Pick<LoadedTraining, 'training' | 'notes'> => {
  const read = readOriginConfig(node, file);
  const { datasets, prepare, model, windows, training, evaluation } = read.decided;
  const { config } = otherwise;
  return {
    training: {
      ...otherwise,
      config: {
        ...config,
        model,
        windows,
        training: { ...config.training, ...training },
        evaluation: { ...config.evaluation, ...evaluation },
      },
      settings: { ...otherwise.settings, ...prepare },
      datasets,
    },
    notes: originNotes(read),
  };
};

/** Throws a usage error that points at the line. */
export const loadTraining = async (word: string = usualPreset): Promise<LoadedTraining> => {
  const { name, file } = fileOf(word);
  const node = await readLocated(file);
  const otherwise = await usual();
  if (isOriginConfig(node)) return { name, file, ...readOrigin(node, file, otherwise) };
  return { name, file, training: readTraining(node, { file, path: '' }, otherwise, path.dirname(path.resolve(file))), notes: [] };
};
