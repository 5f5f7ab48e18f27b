/** What a job left in a file, read piece by piece: what does not fit costs only itself. Pure. */
import * as v from 'valibot';
import { isRecord } from '../util/shape.ts';

/** Those of a list that fit. */
export const listOf = <S extends v.GenericSchema>(shape: S, value: unknown): readonly v.InferOutput<S>[] =>
  (Array.isArray(value) ? value : []).flatMap(one => {
    const read = v.safeParse(shape, one);
    return read.success ? [read.output] : [];
  });

/** The fields that are one plain value. */
export const plainOf = <T extends string | number | boolean | null>(value: unknown): Readonly<Record<string, T>> =>
  Object.fromEntries(
    Object.entries(isRecord(value) ? value : {}).filter(([, one]) => one === null || ['string', 'number', 'boolean'].includes(typeof one)),
  ) as Readonly<Record<string, T>>;
