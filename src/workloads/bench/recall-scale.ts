/** Where recalls stand on an axis: spread where it matters, each further nine takes as much room as the one before. Pure. */
import type { Scale } from '../../text/scale.ts';

const recallTicks = [0, 0.5, 0.9, 0.95, 0.99, 0.999, 1] as const;

/** −log₁₀ of the share that is missed; from 0.9999 on all is at the end, where 1 stands. */
const nines = (recall: number): number => -Math.log10(1 - Math.min(0.9999, Math.max(0, recall)));

/** From the tick at or below the lowest recall up to 1. */
export const recallScale = (values: readonly number[]): Scale => {
  const least = Math.min(0.9, ...values);
  const from = recallTicks.findLast(tick => tick <= least) ?? 0;
  const low = nines(from);
  const high = nines(1);
  const at = (value: number) => Math.min(1, Math.max(0, (nines(value) - low) / (high - low)));
  return { at, ticks: recallTicks.filter(tick => tick >= from).map(tick => ({ label: String(tick), at: at(tick) })) };
};
