/** What a training's config may say: one file of fields that Python reads too. */
import schema from '../../../../modal/seizure/src/seizure/training/config-schema.json' with { type: 'json' };
import { boolean, integer, nullable, number, type Optional, object, oneOf, optional, type Schema, text } from '../../../config/schema.ts';
import type { TrainConfig } from '../config-shape.ts';

/** One field; numbers from `from`, or above `above`, up to `to`, in `unit`. */
export type Field = {
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'object';
  readonly unit?: string;
  readonly from?: number;
  readonly above?: number;
  readonly to?: number;
  readonly one_of?: readonly (string | number)[];
  /** It can be null. */
  readonly nullable?: boolean;
  readonly default: unknown;
  /** What it is, for a person. */
  readonly says: string;
};

export type Fields = Readonly<Record<string, Field>>;

export type SectionName = keyof TrainConfig;

const sections = schema.sections as unknown as Readonly<Record<SectionName, { readonly fields: Fields }>>;

export const sectionNames = Object.keys(sections) as readonly SectionName[];

export const fieldsOf = (section: SectionName): Fields => sections[section].fields;

/** As it is trained where nothing is said. */
export const usualConfig = Object.fromEntries(
  sectionNames.map(name => [name, Object.fromEntries(Object.entries(fieldsOf(name)).map(([field, { default: usual }]) => [field, usual]))]),
) as TrainConfig;

const plainSchema = ({ type, one_of, from, above, to }: Field): Schema<unknown> => {
  if (one_of !== undefined) return oneOf(one_of);
  const bounds = { ...(from !== undefined && { from }), ...(above !== undefined && { above }), ...(to !== undefined && { to }) };
  switch (type) {
    case 'integer':
      return integer(bounds);
    case 'number':
      return number(bounds);
    case 'boolean':
      return boolean;
    default:
      return text;
  }
};

export const schemaOf = (field: Field): Schema<unknown> => (field.nullable === true ? nullable(plainSchema(field)) : plainSchema(field));

/** A section, all of whose fields may be left out. `own`: schemas in place of what a field's own type says. */
export const sectionSchema = (
  fields: Fields,
  own: Readonly<Record<string, Schema<unknown>>> = {},
): Schema<Readonly<Record<string, unknown>>> =>
  object<Readonly<Record<string, Optional<unknown>>>>(
    Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, optional(own[name] ?? schemaOf(field))])),
  );
