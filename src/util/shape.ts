/** Shapes of values out of files. What a shape does not name may be anything. */
import * as v from 'valibot';

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** JSON can hold a number that is too large to be one. */
export const number = v.pipe(v.number(), v.finite());

/** The first field that does not fit, as a path ("" for the whole); undefined when all do. */
export const misfit = (shape: v.GenericSchema, value: unknown): string | undefined => {
  const { issues } = v.safeParse(shape, value, { abortEarly: true });
  return issues === undefined ? undefined : (v.getDotPath(issues[0]) ?? '');
};

export const fits = (shape: v.GenericSchema, value: unknown): boolean => v.is(shape, value);
