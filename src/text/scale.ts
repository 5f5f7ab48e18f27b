/** Where values stand on the axes. Pure. */

export type Tick = { readonly label: string /** 0…1 along the axis. */; readonly at: number };

export type Scale = {
  /** 0…1 along the axis. */
  readonly at: (value: number) => number;
  readonly ticks: readonly Tick[];
};
/** `950`, `4k`, `1.5M`: at most four characters. */
export const shortCount = (value: number): string => {
  const units = [
    [1e9, 'G'],
    [1e6, 'M'],
    [1e3, 'k'],
  ] as const;
  const unit = units.find(([size]) => value >= size);
  if (unit === undefined) return value >= 1 ? String(Math.round(value)) : String(Number(value.toPrecision(1)));
  return `${Number((value / unit[0]).toPrecision(3))}${unit[1]}`;
};

const steps = [1, 2, 5] as const;

/** Values of the 1-2-5 series around `low`…`high`. */
const around = (low: number, high: number): readonly number[] => {
  const all: number[] = [];
  for (let decade = Math.floor(Math.log10(low)) - 1; decade <= Math.ceil(Math.log10(high)) + 1; decade++)
    for (const step of steps) all.push(Number((step * 10 ** decade).toPrecision(1)));
  const first = all.findLastIndex(value => value <= low);
  const last = all.findIndex(value => value >= high);
  return all.slice(Math.max(0, first), last + 1);
};

/** Logarithmic, with ticks at least two rows apart. `label`: how a tick is written. */
export const logScale = (values: readonly number[], rows: number, label: (value: number) => string = shortCount): Scale => {
  const positive = values.filter(value => value > 0);
  const low = Math.min(...(positive.length > 0 ? positive : [1]));
  const high = Math.max(...(positive.length > 0 ? positive : [10]));
  const candidates = around(low, high <= low ? low * 2 : high);
  const bottom = Math.log10(candidates[0] ?? 1);
  const top = Math.log10(candidates.at(-1) ?? 10);
  const at = (value: number) => (value <= 0 ? 0 : Math.min(1, Math.max(0, (Math.log10(value) - bottom) / (top - bottom))));
  // Powers of ten first, then whatever leaves a row free to either side.
  const isDecade = (value: number) => /^(?:10*|0\.0*1)$/.test(String(value));
  const chosen: number[] = [];
  for (const value of candidates.toSorted((a, b) => Number(isDecade(b)) - Number(isDecade(a)) || b - a)) {
    if (chosen.every(other => Math.abs(at(other) - at(value)) * (rows - 1) >= 2)) chosen.push(value);
  }
  return { at, ticks: chosen.map(value => ({ label: label(value), at: at(value) })) };
};
