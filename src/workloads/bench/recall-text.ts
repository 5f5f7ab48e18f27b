/** Four digits, and never a rounded-up 1: `0.9919`, `1.0000` only when exact. */
export const recall = (value: number): string => {
  if (!Number.isFinite(value)) return '–';
  return (value < 1 ? Math.min(value, 0.9999) : value).toFixed(4);
};
