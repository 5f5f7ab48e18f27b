/** What is noisy, drawn as where it goes. Pure. */
import { rangeOf } from '../text/axis.ts';

/** Of a curve, to either side of a value, so much is averaged with it: its shape stays, its noise goes. */
const share = 1 / 40;

/** The moving average of `values`: around each, so that it does not lag behind. What is not finite leaves a gap and is passed over. */
export const smoothed = (values: readonly number[]): readonly number[] => {
  const half = Math.round(values.length * share);
  // Sums and counts of all before each place: a window's is a difference of two.
  const sums = [0];
  const counts = [0];
  for (const [n, value] of values.entries()) {
    const known = Number.isFinite(value);
    sums.push((sums[n] ?? 0) + (known ? value : 0));
    counts.push((counts[n] ?? 0) + (known ? 1 : 0));
  }
  return values.map((value, n) => {
    if (!Number.isFinite(value)) return Number.NaN;
    const [from, to] = [Math.max(0, n - half), Math.min(values.length, n + half + 1)];
    const between = (all: readonly number[]): number => (all[to] ?? 0) - (all[from] ?? 0);
    return between(sums) / between(counts);
  });
};

/** So often it goes up and down through its whole range. */
const noisyTurns = 6;

/** Where it goes cannot be seen for the noise. What rises or falls smoothly, however far, is drawn as it is. */
export const isNoisy = (values: readonly number[]): boolean => {
  const known = values.filter(Number.isFinite);
  const [low, high] = rangeOf(known);
  let way = 0;
  for (const [n, value] of known.entries()) way += Math.abs(value - (known[n - 1] ?? value));
  return way > noisyTurns * (high - low);
};
