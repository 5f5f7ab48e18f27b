import { notedGist } from '../../runs/gist.ts';
import type { Verdict } from './code-verdicts.ts';
import { ruleOf } from './compare/recall-rule.ts';
import type { Point } from './events.ts';
import type { BenchRun } from './run.ts';

/** What lists say of a run's points. */
export type Gist = {
  /** How many there are. */
  readonly points: number;
  /** Recalls that are out of reach; absent where there are none. */
  readonly unreached?: number;
  /** Data sets that were measured. */
  readonly datasets: readonly string[];
  /** The fastest point that finds 0.9 of the neighbours or more; the fastest at all when none does. */
  readonly best?: Point;
  readonly verdicts?: readonly Verdict[];
};

const fastest = (points: readonly Point[]): Point | undefined => {
  const good = points.filter(({ recall }) => recall >= 0.9);
  return (good.length > 0 ? good : points).reduce<Point | undefined>(
    (best, point) => (best === undefined || point.qps > best.qps ? point : best),
    undefined,
  );
};

/** The results in short. For a run out of a list this reads no file, and `state.results` does. */
export const gistOf = (state: Pick<BenchRun, 'results'>): Gist => {
  const known = notedGist(state) as Gist | undefined;
  if (known !== undefined) return known;
  const { points, unreached = [], verdicts } = state.results;
  const best = fastest(points);
  const datasets = [...new Set(points.map(({ dataset }) => dataset))];
  const missed = unreached.length === 0 ? {} : { unreached: unreached.length };
  return { points: points.length, ...missed, datasets, ...(best && { best }), ...(verdicts && { verdicts }) };
};

/** `where`: " on quick" for a run on several datasets; `rule`: " tolerant" for a recall that an older version counted; else empty. */
export type BestPoint = Point & { readonly where: string; readonly rule: string };

/** `Gist.best`. */
export const bestPoint = (state: Pick<BenchRun, 'results' | 'spec'>): BestPoint | undefined => {
  const { best } = gistOf(state);
  if (best === undefined) return undefined;
  const where = state.spec.datasets.length > 1 ? ` on ${best.dataset}` : '';
  return { ...best, where, rule: ruleOf(best) === 'tolerant' ? ' tolerant' : '' };
};
