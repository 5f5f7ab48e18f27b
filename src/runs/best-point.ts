import type { Point } from '../events/event.ts';
import type { RunState } from './state.ts';

/**
 * The fastest point that finds 0.9 of the neighbours or more; the fastest at all when none does. `where` is " on quick" for a run on
 * several datasets, else empty. Pure.
 */
export const bestPoint = ({ points, spec }: Pick<RunState, 'points' | 'spec'>): (Point & { readonly where: string }) | undefined => {
  const good = points.filter(({ recall }) => recall >= 0.9);
  const best = (good.length > 0 ? good : points).reduce<Point | undefined>(
    (fastest, point) => (fastest === undefined || point.qps > fastest.qps ? point : fastest),
    undefined,
  );
  return best && { ...best, where: spec.datasets.length > 1 ? ` on ${best.dataset}` : '' };
};
