/** In what two trainings were set differently: only that, each with its unit. Pure. */
import { bandText, montageText } from '../prepare/settings.ts';
import { fieldsOf, sectionNames } from './config/fields.ts';
import { fullOptions, modelFields } from './config/model-options.ts';
import type { TrainSpec } from './spec.ts';

export type Difference = { readonly name: string; readonly a: string; readonly b: string };

const withUnit = (value: unknown, unit?: string): string => {
  const text = value === null ? 'none' : typeof value === 'string' ? value : JSON.stringify(value);
  return unit === undefined || value === null ? text : `${text} ${unit}`;
};

/** Who was in which split is told where both runs know it: the one that made the recordings did not when it was planned. */
const recordingsText = ({ data }: TrainSpec, other: TrainSpec): string =>
  data
    .map(({ dataset, split_hash }) => {
      const known = split_hash !== null && other.data.some(one => one.dataset === dataset && one.split_hash !== null);
      return `${dataset}${known ? ` (${split_hash.slice(0, 8)})` : ''}`;
    })
    .join(', ');

/** By its name the value of every setting, as it is read beside `other`. */
const told = (spec: TrainSpec, other: TrainSpec): ReadonlyMap<string, string> => {
  const { config, settings, seeds, source, target } = spec;
  const fields = sectionNames
    .filter(section => section !== 'model')
    .flatMap(section =>
      Object.entries(fieldsOf(section)).map(([field, { unit }]): [string, string] => [
        `${section}.${field}`,
        withUnit((config[section] as Readonly<Record<string, unknown>>)[field], unit),
      ]),
    )
    // Seeds are told below: those that were trained.
    .filter(([name]) => name !== 'training.seed');
  const options = Object.entries(fullOptions(config.model) ?? config.model.options).map(([field, value]): [string, string] => [
    `model.options.${field}`,
    withUnit(value, modelFields[field]?.unit),
  ]);
  return new Map<string, string>([
    ['model', source === null ? config.model.name : `${source.file} (${source.sha256.slice(0, 8)})`],
    ...options,
    ...fields,
    ['prepare.montage', montageText(settings.montage)],
    ['prepare', `${bandText(settings)}, clip ${settings.clip}`],
    ['recordings', recordingsText(spec, other)],
    ['seeds', seeds.join(', ')],
    ['where', target === 'local' ? 'this machine' : 'Modal'],
  ]);
};

const isOption = (name: string): boolean => name.startsWith('model.options.');

/**
 * An option that only one of two models has is told as "–" of the other. Beside a person's own file not all that a model of ours
 * consists of: the model itself is the difference.
 */
export const trainingDifferences = (a: TrainSpec, b: TrainSpec): readonly Difference[] => {
  const [ours, theirs] = [told(a, b), told(b, a)];
  const apart = (a.source === null) !== (b.source === null);
  const ofOwn = a.source === null ? theirs : ours;
  return [...new Set([...ours.keys(), ...theirs.keys()])].flatMap(name => {
    const [one = '–', other = '–'] = [ours.get(name), theirs.get(name)];
    if (apart && isOption(name) && !ofOwn.has(name)) return [];
    return one === other ? [] : [{ name, a: one, b: other }];
  });
};
