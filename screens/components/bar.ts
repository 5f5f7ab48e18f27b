/** A progress bar with its figure beside it: `████░░░░ 7/12`. Pure. */
import { dim, type Line, span } from '../app/text.ts';

export const bar = (fraction: number, columns: number): Line => {
  const full = Math.round(Math.min(1, Math.max(0, fraction)) * columns);
  return [span('accent', '█'.repeat(full)), dim('░'.repeat(Math.max(0, columns - full)))];
};
