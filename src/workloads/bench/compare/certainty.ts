import { percent } from '../../../text/format.ts';
import type { Point } from '../events.ts';
import { betweenRuns, intervalLevel, opennessOf, wideSpread } from './confidence.ts';
import { detailOf } from './detail.ts';
import { sameMark } from './words.ts';

/** What from–to means. */
export const intervalText = `From–to: ${percent(intervalLevel)} intervals, of what the passes leave open, ${percent(betweenRuns)} between runs and what others took.`;

/** What ≈ means. */
export const sameText = `${sameMark}: the interval of the ratio contains 1, so which one is faster was not measured.`;

/** Both in one line, where rows are few. */
export const shortText = `From–to: ${percent(intervalLevel)} interval. ${sameMark}: it contains 1, which one is faster was not measured`;

const range = (values: readonly number[], digits: number, unit = ''): string => {
  const [low, high] = [Math.min(...values).toFixed(digits), Math.max(...values).toFixed(digits)];
  return `${low === high ? low : `${low}–${high}`}${unit}`;
};

export type Noise = { readonly points: number; readonly noisy: number; readonly text: string };

/** Undefined where no point is noisy by the core's word. "1 of 7 points is noisy: passes agree only within 14 %" */
export const noiseOf = (points: readonly Point[]): Noise | undefined => {
  const noisy = points.filter(point => point.noisy === true);
  if (noisy.length === 0) return undefined;
  const busy = noisy.flatMap(point => detailOf(point).othersBusy ?? []);
  const open = noisy.map(opennessOf).filter(spread => spread > wideSpread);
  const of = `${noisy.length} of ${points.length} ${points.length === 1 ? 'point' : 'points'} ${noisy.length === 1 ? 'is' : 'are'} noisy`;
  const whys = [
    ...(Math.max(0, ...busy) >= 0.1 ? [`others kept ${range(busy, 1)} cores busy`] : []),
    ...(open.length === 0
      ? []
      : [
          `passes agree only within ${range(
            open.map(spread => spread * 100),
            0,
            ' %',
          )}`,
        ]),
  ];
  return { points: points.length, noisy: noisy.length, text: [of, whys.join('; ')].filter(part => part !== '').join(': ') };
};
