import { type Check, fits, isRecord, listOf, maybe, misfit, number, orNull, text } from '../../util/shape.ts';

const settings: Check = value =>
  isRecord(value) && Object.values(value).every(setting => typeof setting === 'string' || (typeof setting === 'number' && number(setting)));

const source = fits({ file: text, sha256: text, from: text });

const fields = {
  recallRules: maybe(value => isRecord(value) && Object.values(value).every(number)),
  implementations: listOf(fits({ name: text, build: settings, search: listOf(settings), source: maybe(source) })),
  k: number,
  threads: number,
  subset: orNull(number),
  repeats: number,
  seed: number,
};

/** The field that keeps a value from being a benchmark's spec, beside those that every spec has; undefined when none does. */
export const benchMisfit = (value: Readonly<Record<string, unknown>>): string | undefined => misfit(value, fields);
