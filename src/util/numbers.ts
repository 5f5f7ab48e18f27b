/** Sums, means and medians. Pure. */

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Of one value at least, in any order. */
export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? (sorted[half] as number) : ((sorted[half - 1] as number) + (sorted[half] as number)) / 2;
};

/** Of one value at least. */
export const mean = (values: readonly number[]): number => sum(values) / values.length;

/** Standard deviation of a sample; 0 for a single value. */
export const deviation = (values: readonly number[]): number => {
  if (values.length < 2) return 0;
  const middle = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1));
};
