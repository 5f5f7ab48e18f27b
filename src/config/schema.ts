/** A small strict validator: every misfit names file, line, key, what was found, what is allowed, and what to type. */
import { type UserError, usageError } from '../errors/errors.ts';
import { didYouMean } from '../text/nearest.ts';
import { editCommand, type Located } from './located.ts';

/** Where in which file a value stands; or with which option of a command it was said: then there is no file. */
export type Place = {
  readonly file: string;
  readonly path: string;
  /** "--set", and the command that tells what can be said with it. */
  readonly option?: { readonly flag: string; readonly hint: string };
};

/** Reads one value or throws a usage error. */
export type Schema<T> = (node: Located, at: Place) => T;

/** JSON has no word for them. */
const unboundedText = (value: number): string =>
  Number.isNaN(value) ? '.nan, which is no number' : `a number ${value > 0 ? 'above' : 'below'} all that can be computed with`;

const shown = (node: Located): string => {
  if (node.kind === 'map') return 'a map';
  if (node.kind === 'list') return 'a list';
  if (node.value === null) return 'nothing';
  if (typeof node.value === 'number' && !Number.isFinite(node.value)) return unboundedText(node.value);
  const text = JSON.stringify(node.value) ?? String(node.value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
};

/** What is wrong with the value at a place, as it is told whoever finds it. */
export const fault = ({ file, path, option }: Place, line: number, why: string): UserError =>
  option === undefined
    ? usageError(`${file}:${line}: ${path === '' ? 'the file' : path} is not valid`, why, editCommand(file, line))
    : usageError(`${option.flag} ${path} cannot be`, why, option.hint);

/** What is wrong with a place where nothing stands. */
const absent = ({ file, path, option }: Place, line: number): UserError =>
  option === undefined
    ? usageError(`${file}:${line}: ${path} is missing`, 'this key has to be there', editCommand(file, line))
    : usageError(`${option.flag} ${path} is missing`, 'it has to be said too', option.hint);

const misfit = (at: Place, line: number, found: string, allowed: string): UserError =>
  fault(at, line, `found ${found}; allowed: ${allowed}`);

export const below = (at: Place, key: string | number): Place => ({
  ...at,
  path: typeof key === 'number' ? `${at.path}[${key}]` : at.path === '' ? key : `${at.path}.${key}`,
});

type Bounds = { readonly above?: number; readonly from?: number; readonly to?: number };

const boundsText = (kind: string, { above, from, to }: Bounds): string => {
  if (from !== undefined && to !== undefined) return `${kind} from ${from} to ${to}`;
  if (from !== undefined) return `${kind} of ${from} or more`;
  if (above !== undefined && to !== undefined) return `${kind} above ${above}, up to ${to}`;
  if (above !== undefined) return `${kind} above ${above}`;
  return to === undefined ? kind : `${kind} up to ${to}`;
};

const numeric =
  (kind: string, fits: (value: number) => boolean) =>
  (bounds: Bounds = {}): Schema<number> =>
  (node, at) => {
    const { above = Number.NEGATIVE_INFINITY, from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = bounds;
    const value = node.kind === 'scalar' ? node.value : undefined;
    if (typeof value === 'number' && fits(value) && value > above && value >= from && value <= to) return value;
    throw misfit(at, node.line, shown(node), boundsText(kind, bounds));
  };

export const number = numeric('a number', Number.isFinite);
export const integer = numeric('a whole number', Number.isSafeInteger);

export const boolean: Schema<boolean> = (node, at) => {
  if (node.kind === 'scalar' && typeof node.value === 'boolean') return node.value;
  throw misfit(at, node.line, shown(node), 'true or false');
};

/** Text of at least one character, on one line. */
export const text: Schema<string> = (node, at) => {
  if (node.kind === 'scalar' && typeof node.value === 'string' && /^[^\p{Cc}]+$/u.test(node.value)) return node.value;
  throw misfit(at, node.line, shown(node), 'text on one line');
};

/** Text of a given form; `form` is the regular expression, `called` says it to a person. */
export const textLike =
  (form: RegExp, called: string): Schema<string> =>
  (node, at) => {
    if (node.kind === 'scalar' && typeof node.value === 'string' && form.test(node.value)) return node.value;
    throw misfit(at, node.line, shown(node), called);
  };

export const oneOf =
  <const T extends string | number>(words: readonly T[]): Schema<T> =>
  (node, at) => {
    const found = node.kind === 'scalar' ? words.find(word => word === node.value) : undefined;
    if (found !== undefined) return found;
    const guess = node.kind === 'scalar' && typeof node.value === 'string' ? didYouMean(node.value, words.map(String)) : '';
    throw misfit(at, node.line, shown(node), `${guess}${words.join(', ')}`);
  };

/** The value, or null where the file says null. */
export const nullable =
  <T>(schema: Schema<T>): Schema<T | null> =>
  (node, at) =>
    node.kind === 'scalar' && node.value === null ? null : schema(node, at);

/** A list of at least one; a single value stands for a list of one. */
export const listOf =
  <T>(item: Schema<T>): Schema<readonly T[]> =>
  (node, at) => {
    if (node.kind === 'scalar' && node.value !== null) return [item(node, at)];
    if (node.kind !== 'list' || node.items.length === 0)
      throw misfit(at, node.line, node.kind === 'list' ? 'an empty list' : shown(node), 'a list of one or more');
    return node.items.map((entry, index) => item(entry, below(at, index)));
  };

/** A map with names of the person's own choice. */
export const mapOf =
  <T>(value: Schema<T>): Schema<Readonly<Record<string, T>>> =>
  (node, at) => {
    if (node.kind !== 'map') throw misfit(at, node.line, shown(node), 'a map of names and values');
    return Object.fromEntries(
      node.entries.map(entry => {
        // "__proto__" and spaces have no business in a name that becomes a file name or an argument.
        if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(entry.key)) {
          throw misfit(below(at, entry.key), entry.line, JSON.stringify(entry.key), 'a name of letters, digits, ".", "_" and "-"');
        }
        return [entry.key, value(entry.value, below(at, entry.key))];
      }),
    );
  };

/** A map whose names are given words, each with a check of its own; none is required. */
export const someOf =
  <T>(fields: Readonly<Record<string, Schema<T>>>): Schema<Readonly<Record<string, T>>> =>
  (node, at) => {
    const names = Object.keys(fields);
    if (node.kind !== 'map')
      throw misfit(at, node.line, shown(node), names.length === 0 ? 'an empty map: {}' : `a map with ${names.join(', ')}`);
    return Object.fromEntries(
      node.entries.map(entry => {
        const field = Object.hasOwn(fields, entry.key) ? fields[entry.key] : undefined;
        if (field === undefined) {
          throw misfit(
            below(at, entry.key),
            entry.line,
            'an unknown key',
            `${didYouMean(entry.key, names)}${names.join(', ') || 'nothing'}`,
          );
        }
        return [entry.key, field(entry.value, below(at, entry.key))];
      }),
    );
  };

/** A map of one or more. */
export const filled =
  <T>(schema: Schema<Readonly<Record<string, T>>>): Schema<Readonly<Record<string, T>>> =>
  (node, at) => {
    const map = schema(node, at);
    if (Object.keys(map).length === 0) throw misfit(at, node.line, 'an empty map', 'at least one entry');
    return map;
  };

export const filledMapOf = <T>(value: Schema<T>): Schema<Readonly<Record<string, T>>> => filled(mapOf(value));

/** A key that may be left out. */
export type Optional<T> = { readonly optional: Schema<T> };
export const optional = <T>(schema: Schema<T>): Optional<T> => ({ optional: schema });

type Fields = Readonly<Record<string, Schema<unknown> | Optional<unknown>>>;
type OptionalKeys<F extends Fields> = { [K in keyof F]: F[K] extends Optional<unknown> ? K : never }[keyof F];
export type ObjectOf<F extends Fields> = {
  readonly [K in Exclude<keyof F, OptionalKeys<F>>]: F[K] extends Schema<infer T> ? T : never;
} & { readonly [K in OptionalKeys<F>]?: F[K] extends Optional<infer T> ? T : never };

/** A map with exactly these keys. */
export const object =
  <F extends Fields>(fields: F): Schema<ObjectOf<F>> =>
  (node, at) => {
    const names = Object.keys(fields);
    if (node.kind !== 'map') throw misfit(at, node.line, shown(node), `a map with ${names.join(', ')}`);
    const record: Record<string, unknown> = {};
    for (const entry of node.entries) {
      const field = Object.hasOwn(fields, entry.key) ? fields[entry.key] : undefined;
      if (field === undefined) {
        const missing = names.filter(name => !node.entries.some(({ key }) => key === name));
        throw misfit(below(at, entry.key), entry.line, 'an unknown key', `${didYouMean(entry.key, missing)}${names.join(', ')}`);
      }
      record[entry.key] = (typeof field === 'function' ? field : field.optional)(entry.value, below(at, entry.key));
    }
    const missing = names.find(name => typeof fields[name] === 'function' && !(name in record));
    if (missing !== undefined) throw absent(below(at, missing), node.line);
    return record as ObjectOf<F>;
  };

/** A map in which two keys mean the same, so that only one of them may stand. */
export const exclusive =
  <T>(schema: Schema<T>, first: string, second: string): Schema<T> =>
  (node, at) => {
    const read = schema(node, at);
    const entries = node.kind === 'map' ? node.entries.filter(({ key }) => key === first || key === second) : [];
    const [one, other] = entries;
    if (one !== undefined && other !== undefined) {
      throw misfit(below(at, other.key), other.line, `${other.key} beside ${one.key}`, `one of ${first} and ${second}`);
    }
    return read;
  };
