import type { Point } from '../../events/event.ts';
import type { RunState } from '../../runs/state.ts';
import { ruleOf } from './compare/recall-rule.ts';

/** What lists say of a run's points. */
export type Gist = {
  /** How many there are. */
  readonly points: number;
  /** Data sets that were measured. */
  readonly datasets: readonly string[];
  /** The fastest point that finds 0.9 of the neighbours or more; the fastest at all when none does. */
  readonly best?: Point;
};

/** Of states whose points are still on disk (`ended-runs.ts`). */
const noted = new WeakMap<object, Gist>();

export const noteGist = (state: Pick<RunState, 'points'>, gist: Gist): void => {
  noted.set(state, gist);
};

const fastest = (points: readonly Point[]): Point | undefined => {
  const good = points.filter(({ recall }) => recall >= 0.9);
  return (good.length > 0 ? good : points).reduce<Point | undefined>(
    (best, point) => (best === undefined || point.qps > best.qps ? point : best),
    undefined,
  );
};

/** The points in short. Of a run out of a list this reads no file, and `state.points` does. */
export const gistOf = (state: Pick<RunState, 'points'>): Gist => {
  const known = noted.get(state);
  if (known !== undefined) return known;
  const { points } = state;
  const best = fastest(points);
  return { points: points.length, datasets: [...new Set(points.map(({ dataset }) => dataset))], ...(best && { best }) };
};

/** `where`: " on quick" for a run on several datasets; `rule`: " tolerant" for a recall that an older version counted; else empty. */
export type BestPoint = Point & { readonly where: string; readonly rule: string };

/** `Gist.best`. */
export const bestPoint = (state: Pick<RunState, 'points' | 'spec'>): BestPoint | undefined => {
  const { best } = gistOf(state);
  if (best === undefined) return undefined;
  const where = state.spec.datasets.length > 1 ? ` on ${best.dataset}` : '';
  return { ...best, where, rule: ruleOf(best) === 'tolerant' ? ' tolerant' : '' };
};
