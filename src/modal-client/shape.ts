/** Reads of the helper's answers: what does not fit is told, not passed on. */

/** Reads one value or throws a `TypeError` that says where it does not fit. */
export type Read<T> = (value: unknown, at: string) => T;

const misfit = (at: string, wanted: string): TypeError => new TypeError(`${at} is no ${wanted}`);

export const text: Read<string> = (value, at) => {
  if (typeof value === 'string') return value;
  throw misfit(at, 'text');
};

export const number: Read<number> = (value, at) => {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw misfit(at, 'number');
};

export const boolean: Read<boolean> = (value, at) => {
  if (typeof value === 'boolean') return value;
  throw misfit(at, 'yes or no');
};

export const anything: Read<unknown> = value => value;

export const oneOf =
  <const T extends string>(words: readonly T[]): Read<T> =>
  (value, at) => {
    const found = words.find(word => word === value);
    if (found !== undefined) return found;
    throw misfit(at, `one of ${words.join(', ')}`);
  };

export const nullable =
  <T>(read: Read<T>): Read<T | null> =>
  (value, at) =>
    value === null ? null : read(value, at);

export const list =
  <T>(read: Read<T>): Read<readonly T[]> =>
  (value, at) => {
    if (!Array.isArray(value)) throw misfit(at, 'list');
    return value.map((entry, index) => read(entry, `${at}[${index}]`));
  };

const record = (value: unknown, at: string): Readonly<Record<string, unknown>> => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw misfit(at, 'object');
  return value as Readonly<Record<string, unknown>>;
};

export const map =
  <T>(read: Read<T>): Read<Readonly<Record<string, T>>> =>
  (value, at) =>
    Object.fromEntries(Object.entries(record(value, at)).map(([key, entry]) => [key, read(entry, `${at}.${key}`)]));

/** Further keys are left out: a newer helper may tell more. */
export const object =
  <F extends Readonly<Record<string, Read<unknown>>>>(fields: F): Read<{ readonly [K in keyof F]: ReturnType<F[K]> }> =>
  (value, at) => {
    const from = record(value, at);
    const entries = Object.entries(fields).map(([key, read]) => [key, read(from[key], `${at}.${key}`)]);
    return Object.fromEntries(entries) as { readonly [K in keyof F]: ReturnType<F[K]> };
  };
