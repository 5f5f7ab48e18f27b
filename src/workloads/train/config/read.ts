/** A training's config as a person writes it: the sections of the schema, how recordings are prepared, and on which it trains. */
import type { Located } from '../../../config/located.ts';
import { listOf, object, optional, type Place, type Schema, text } from '../../../config/schema.ts';
import { settingsSchema } from '../../prepare/config.ts';
import type { PrepareSettings } from '../../prepare/settings.ts';
import type { TrainConfig } from '../config-shape.ts';
import { fieldsOf, sectionSchema } from './fields.ts';
import { type Options, optionsSchema } from './model-options.ts';

/** What a config says once all that it leaves out is filled in. */
export type TrainFile = {
  /** `model.name`: as it was written: a size, or the path of a file of a person's own. */
  readonly config: TrainConfig;
  readonly settings: PrepareSettings;
  /** Empty: it names none. */
  readonly datasets: readonly string[];
  /** Folder that the path of a model's file begins at. */
  readonly folder: string;
};

const entryOf = (node: Located, key: string): Located | undefined =>
  node.kind === 'map' ? node.entries.find(entry => entry.key === key)?.value : undefined;

/** The model that is meant: options are its own. */
const modelIn = (node: Located, otherwise: string): string => {
  const name = entryOf(node, 'name');
  return name?.kind === 'scalar' && typeof name.value === 'string' ? name.value : otherwise;
};

/** Another model begins with its own options; the same keeps those that it has. */
const modelSchema =
  (otherwise: TrainConfig['model']): Schema<TrainConfig['model']> =>
  (node, at) => {
    const name = modelIn(node, otherwise.name);
    const read = sectionSchema(fieldsOf('model'), { options: optionsSchema(name) })(node, at);
    const options = { ...(name === otherwise.name ? otherwise.options : {}), ...(read.options as Options | undefined) };
    return { name, options };
  };

const fileSchema = (otherwise: TrainFile) => {
  const { config } = otherwise;
  const section = <K extends 'windows' | 'augment' | 'training' | 'evaluation'>(name: K): Schema<TrainConfig[K]> => {
    const read = sectionSchema(fieldsOf(name));
    return (node, at) => ({ ...config[name], ...read(node, at) });
  };
  return object({
    model: optional(modelSchema(config.model)),
    windows: optional(section('windows')),
    augment: optional(section('augment')),
    training: optional(section('training')),
    evaluation: optional(section('evaluation')),
    prepare: optional(settingsSchema(otherwise.settings)),
    datasets: optional(listOf(text)),
  });
};

/** What it leaves out is as in `otherwise`. `folder`: that a path in it begins at. Throws a usage error that points at the line, or the option. */
export const readTraining = (node: Located, at: Place, otherwise: TrainFile, folder: string): TrainFile => {
  const empty = node.kind === 'scalar' && node.value === null;
  const schema = fileSchema(otherwise);
  const { prepare, datasets, ...said }: Partial<ReturnType<typeof schema>> = empty ? {} : schema(node, at);
  return {
    config: { ...otherwise.config, ...said },
    settings: prepare ?? otherwise.settings,
    datasets: datasets ?? otherwise.datasets,
    folder: said.model === undefined || said.model.name === otherwise.config.model.name ? otherwise.folder : folder,
  };
};
