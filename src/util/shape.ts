/** Small checks of values out of files, put together to a shape. */

export type Check = (value: unknown) => boolean;

export const text: Check = value => typeof value === 'string';
export const number: Check = value => typeof value === 'number' && Number.isFinite(value);
export const flag: Check = value => typeof value === 'boolean';
export const orNull =
  (check: Check): Check =>
  value =>
    value === null || check(value);
export const maybe =
  (check: Check): Check =>
  value =>
    value === undefined || check(value);
export const listOf =
  (check: Check): Check =>
  value =>
    Array.isArray(value) && value.every(check);
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The first field that does not fit, as a path; undefined when all do. What is not named here may be anything. */
export const misfit = (value: unknown, fields: Readonly<Record<string, Check | Readonly<Record<string, Check>>>>): string | undefined => {
  if (!isRecord(value)) return '';
  for (const [name, check] of Object.entries(fields)) {
    const within = value[name];
    if (typeof check === 'function') {
      if (!check(within)) return name;
      continue;
    }
    const inner = misfit(within, check);
    if (inner !== undefined) return inner === '' ? name : `${name}.${inner}`;
  }
  return undefined;
};

export const fits =
  (fields: Readonly<Record<string, Check>>): Check =>
  value =>
    misfit(value, fields) === undefined;
