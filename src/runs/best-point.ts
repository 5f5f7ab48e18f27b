import type { Point } from '../events/event.ts';

/** The fastest point that finds 0.9 of the neighbours or more; the fastest at all when none does. Pure. */
export const bestPoint = (points: readonly Point[]): Point | undefined => {
  const good = points.filter(({ recall }) => recall >= 0.9);
  return (good.length > 0 ? good : points).reduce<Point | undefined>(
    (best, point) => (best === undefined || point.qps > best.qps ? point : best),
    undefined,
  );
};
