import * as v from 'valibot';
import { isRecord, misfit, number } from '../../util/shape.ts';

const { array, looseObject, nullable, optional, record, string, union } = v;

/** Valibot takes a list for a record, too. */
const table = <T extends v.GenericSchema>(value: T) =>
  v.pipe(v.custom<Readonly<Record<string, unknown>>>(isRecord), record(string(), value));

const settings = table(union([number, string()]));

const shape = looseObject({
  recallRules: optional(table(number)),
  implementations: array(
    looseObject({
      name: string(),
      build: settings,
      search: array(settings),
      atRecall: optional(array(number)),
      source: optional(looseObject({ file: string(), sha256: string(), from: string() })),
    }),
  ),
  k: number,
  threads: number,
  subset: nullable(number),
  repeats: number,
  seed: number,
});

/** The field that keeps a value from being a benchmark's spec, beside those that every spec has; undefined when none does. */
export const benchMisfit = (value: Readonly<Record<string, unknown>>): string | undefined => misfit(shape, value);
