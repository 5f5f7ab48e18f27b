/** The tables of docs/training.md, from the files that the program itself reads. Pure. */
import models from '../../../../modal/seizure/src/seizure/model/models.json' with { type: 'json' };
import schema from '../../../../modal/seizure/src/seizure/training/config-schema.json' with { type: 'json' };
import { count } from '../../../text/format.ts';
import type { TrainConfig } from '../config-shape.ts';
import { type Field, fieldsOf, type SectionName, sectionNames } from './fields.ts';

type Told = Field & { readonly changes: string };

const number = (value: number): string => (Math.abs(value) >= 10_000 ? count(value) : String(value));

/** "1 to 100", "above 0, up to 1", "`a`, `b`" */
export const allowedText = ({ type, one_of, from, above, to, nullable }: Field): string => {
  const ends = [from === undefined ? undefined : number(from), to === undefined ? undefined : number(to)];
  const range = above === undefined ? ends.filter(end => end !== undefined).join(' to ') : `above ${above}, up to ${ends[1]}`;
  const kinds: Readonly<Record<Field['type'], string>> = {
    string: 'a word',
    object: 'a map',
    boolean: 'true, false',
    integer: range,
    number: range,
  };
  return `${one_of === undefined ? kinds[type] : one_of.join(', ')}${nullable === true ? ', or null' : ''}`;
};

const shown = (value: unknown): string => `\`${typeof value === 'object' && value !== null ? '{}' : value}\``;

const section = (name: SectionName): string => {
  const rows = Object.entries(fieldsOf(name) as Readonly<Record<string, Told>>).map(
    ([field, told]) =>
      `| \`${name}.${field}\` | ${told.says} | ${told.unit ?? ''} | ${allowedText(told)} | ${shown(told.default)} | ${told.changes} |`,
  );
  return [
    `**${name}**: ${schema.sections[name].says}`,
    '',
    '| field | is | unit | may be | usually | what it changes |',
    '|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
};

export const configTables = (): string => sectionNames.map(section).join('\n\n');

/** Fields of the models that are built in, with what each size has. */
export const modelTable = (): string => {
  const sizes = Object.entries(models.sizes) as readonly (readonly [string, { readonly options: Readonly<Record<string, unknown>> }])[];
  const rows = Object.entries(models.fields as unknown as Readonly<Record<string, Told>>).map(
    ([field, told]) =>
      `| \`${field}\` | ${told.says} | ${told.unit ?? ''} | ${allowedText(told)} | ${sizes.map(([, { options }]) => options[field]).join(' | ')} |`,
  );
  return [
    `| option | is | unit | may be | ${sizes.map(([name]) => name).join(' | ')} |`,
    `|---|---|---|---|${sizes.map(() => '---').join('|')}|`,
    ...rows,
  ].join('\n');
};

/** What presets say: fields in which one of them is not as usual. */
export const presetTable = (
  presets: readonly { readonly name: string; readonly config: TrainConfig; readonly prepared: string }[],
): string => {
  const rows = sectionNames.flatMap(name =>
    Object.entries(fieldsOf(name)).flatMap(([field, { default: usual }]) => {
      const values = presets.map(({ config }) => (config[name] as Readonly<Record<string, unknown>>)[field]);
      const same = values.every(value => JSON.stringify(value) === JSON.stringify(usual));
      return same ? [] : [`| \`${name}.${field}\` | ${values.map(shown).join(' | ')} |`];
    }),
  );
  return [
    `| | ${presets.map(({ name }) => `\`${name}\``).join(' | ')} |`,
    `|---|${presets.map(() => '---').join('|')}|`,
    `| recordings | ${presets.map(({ prepared }) => prepared).join(' | ')} |`,
    ...rows,
  ].join('\n');
};
