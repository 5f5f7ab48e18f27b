/** What became of a config of the origin’s, for a person: fields of one fate and one reason in one line. Pure. */
import type { Decided } from './build.ts';
import type { Fate } from './field.ts';
import type { OriginConfig, Told } from './read.ts';

/** "model.encoder.stages", "model.encoder.channels" → "model.encoder.{stages, channels}"; in the order they come. */
export const fieldsText = (names: readonly string[]): string => {
  const bySection = new Map<string, string[]>();
  for (const name of names) {
    const at = name.lastIndexOf('.');
    const section = name.slice(0, at);
    bySection.set(section, [...(bySection.get(section) ?? []), name.slice(at + 1)]);
  }
  return [...bySection]
    .map(([section, keys]) => (keys.length === 1 ? `${section}.${keys[0]}` : `${section}.{${keys.join(', ')}}`))
    .join(', ');
};

/** Of the same words, in the order of the first. */
export const grouped = <T>(items: readonly T[], words: (item: T) => string): readonly (readonly T[])[] => {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(words(item), [...(groups.get(words(item)) ?? []), item]);
  return [...groups.values()];
};

const shown = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** "training.steps 96300": the field here, and what it is now. */
const becameText = ({ datasets, prepare, ...sections }: Decided, to: string): string => {
  const [section = '', key = ''] = to.split('.');
  if (to === 'datasets') return `datasets ${datasets.join(', ')}`;
  if (to === 'prepare.band') return `prepare.band ${prepare.low} to ${prepare.high}`;
  const of: Readonly<Record<string, Readonly<Record<string, unknown>>>> = { prepare, ...sections };
  const value = of[section]?.[key];
  return value === undefined ? to : `${to} ${shown(value)}`;
};

/** Every one of them is a part of one model: their values say nothing here. */
const isModel = ({ field }: Told): boolean => field.to === 'model.name';

const lineOf = (group: readonly Told[], decided: Decided): string => {
  const [first] = group;
  if (first === undefined) return '';
  const { to, why, dead } = first.field;
  const names = fieldsText(group.map(({ field }) => field.field));
  const value = group.length === 1 && first.value !== undefined && !isModel(first) ? ` ${shown(first.value)}` : '';
  const became = to === undefined ? '' : ` → ${becameText(decided, to)}`;
  return `  ${names}${value}${became}: ${why}${dead ? ' (never read there)' : ''}`;
};

const heads: readonly (readonly [fate: Fate, head: string])[] = [
  ['changed', 'done by other means here'],
  ['kept', 'the same here'],
  ['ignored', 'without effect here'],
];

/** What is another model comes first of all. */
const modelFirst = (a: Told, b: Told): number => Number(isModel(b)) - Number(isModel(a));

export const originNotes = ({ told, decided }: OriginConfig): readonly string[] => [
  'This is a config of brain-go-brr-v2. What became of its fields (docs/coming-from-brain-go-brr.md):',
  ...heads.flatMap(([fate, head]) => {
    const those = told.filter(({ field }) => field.fate === fate).toSorted(modelFirst);
    const groups = grouped(those, ({ field: { to, why, dead } }) => `${to} ${why} ${dead}`);
    return groups.length === 0 ? [] : [`${head}:`, ...groups.map(group => lineOf(group, decided))];
  }),
];
