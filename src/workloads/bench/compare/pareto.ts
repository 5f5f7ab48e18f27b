import type { Point } from '../events.ts';

type Pair = Pick<Point, 'recall' | 'qps'>;

/** The points that no other beats in both recall and QPS, by rising recall (and so by falling QPS). */
export const paretoFront = <T extends Pair>(points: readonly T[]): readonly T[] => {
  const front: T[] = [];
  let best = Number.NEGATIVE_INFINITY;
  for (const point of points.toSorted((a, b) => b.recall - a.recall || b.qps - a.qps)) {
    if (!(point.qps > best)) continue;
    best = point.qps;
    front.push(point);
  }
  return front.toReversed();
};
