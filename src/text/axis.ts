/** Where values stand on an axis, and which of them are written there. Pure. */
import { logScale, type Scale, shortCount, type Tick } from './scale.ts';

/** Lowest and highest of what is finite; 0 and 1 where nothing is. */
export const rangeOf = (values: readonly number[]): readonly [number, number] => {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  // Thousands of values are too many for the arguments of one call.
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return low <= high ? [low, high] : [0, 1];
};

/** The first of the 1-2-5 series that is not below `least`. */
export const niceStep = (least: number): number => {
  const decade = 10 ** Math.floor(Math.log10(least));
  const first = [1, 2, 5, 10].find(factor => factor * decade >= least * (1 - 1e-9)) ?? 10;
  // Without the dust of the product.
  return Number((first * decade).toPrecision(1));
};

/** A value in about five characters: `0.652`, `12k`, `3.1e-5`. */
export const shortFigure = (value: number): string => {
  const size = Math.abs(value);
  if (size >= 1000) return `${value < 0 ? '-' : ''}${shortCount(size)}`;
  if (size > 0 && size < 0.001) return value.toExponential(1).replace('.0e', 'e');
  return String(Number(value.toPrecision(3)));
};

/** Likewise, of values that are multiples of `step`: with as many digits as tell them apart. */
const tickLabel = (value: number, step: number): string => {
  if (Math.abs(value) < step / 1e6) return '0';
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  if (digits > 3) return value.toExponential(1).replace('.0e', 'e');
  return Math.abs(value) >= 1000 ? shortFigure(value) : value.toFixed(digits);
};

const multiples = (step: number, low: number, high: number): readonly number[] => {
  const [first, last] = [Math.ceil(low / step - 1e-6), Math.floor(high / step + 1e-6)];
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, n) => (first + n) * step);
};

/** Straight, from the lowest to the highest; what never changes stands in the middle. Ticks two rows apart, closer where there was but one. */
const linearAxis = (low: number, high: number, rows: number): Scale => {
  const range = high - low;
  if (range <= Math.max(Math.abs(low), Math.abs(high)) * 1e-9) return { at: () => 0.5, ticks: [{ label: shortFigure(high), at: 0.5 }] };
  const at = (value: number): number => (value - low) / range;
  const perRow = range / Math.max(1, rows - 1);
  const [apart = 0, close = 0] = [niceStep(2 * perRow), niceStep(perRow)];
  const step = multiples(apart, low, high).length > 1 ? apart : close;
  return { at, ticks: multiples(step, low, high).map((value): Tick => ({ label: tickLabel(value, step), at: at(value) })) };
};

/** Below this part of the highest, values lie on the ground of a straight axis. */
const ground = 1 / 30;

/** Logarithmic where all values are above zero and half of them would lie on the ground. */
export const valueAxis = (values: readonly number[], rows: number): Scale => {
  const [low, high] = rangeOf(values);
  const below = values.filter(value => value < high * ground).length;
  return low > 0 && below >= values.length / 2 ? logScale(values, rows) : linearAxis(low, high, rows);
};

/** Columns that a label below the chart takes, with what parts it from the next. */
const labelColumns = 7;

/** Counts, such as steps, from left to right. */
export const countAxis = (low: number, high: number, columns: number): Scale => {
  if (high <= low) return { at: () => 0.5, ticks: [{ label: shortCount(low), at: 0.5 }] };
  const at = (value: number): number => (value - low) / (high - low);
  const round = multiples(niceStep(Math.max(1, ((high - low) * labelColumns) / columns)), low, high);
  // Between two round values there may be none: then the ends are told.
  return { at, ticks: (round.length > 1 ? round : [low, high]).map(value => ({ label: shortCount(value), at: at(value) })) };
};
