import type { Point } from '../events.ts';
import { type Bounded, bounded, type Doubt, doubtOf, type Surroundings } from './confidence.ts';
import { paretoFront } from './pareto.ts';

/** The recalls that curves are read at, as ann-benchmarks and big-ann-benchmarks report them. */
export const recallLevels: readonly number[] = [0.9, 0.95, 0.99, 0.999];

/** Those, and what operating points were found for. */
export const levelsOf = (points: readonly Pick<Point, 'target_recall'>[]): readonly number[] =>
  [...new Set([...recallLevels, ...points.flatMap(({ target_recall: target }) => target ?? [])])].sort((a, b) => a - b);

const logit = (recall: number): number => Math.log(recall / (1 - recall));

/**
 * How far `level` is on the way from `left` to `right`, 0…1. On the logit of recall, where the curves of graph and cell
 * indexes are close to straight against log QPS; by recall itself where one end is exactly 0 or 1 and has no logit.
 */
const shareOfWay = (left: number, right: number, level: number): number =>
  left <= 0 || right >= 1 ? (level - left) / (right - left) : (logit(level) - logit(left)) / (logit(right) - logit(left));

type Pair = Pick<Point, 'recall' | 'qps' | 'target_recall'>;

type Reading<T> = {
  readonly qps: number;
  /** The measured setting that reaches the level: to use it is to have at least this recall. */
  readonly point: T;
  /** The neighbour below, and how far from it (0) to `point` (1); absent where a point serves as it was measured. */
  readonly below?: T;
  readonly share: number;
};

/**
 * An operating point that was found for the level is its reading, whatever lies around it. Undefined where the recall was never reached: nothing
 * is extrapolated. A level below every point is served by the lowest one.
 */
const read = <T extends Pair>(points: readonly T[], level: number): Reading<T> | undefined => {
  const found = points.filter(({ target_recall: target }) => target === level).toSorted((a, b) => b.qps - a.qps)[0];
  if (found !== undefined) return { qps: found.qps, point: found, share: 1 };
  const front = paretoFront(points);
  const at = front.findIndex(({ recall }) => recall >= level);
  const point = front[at];
  if (point === undefined) return undefined;
  const below = front[at - 1];
  if (below === undefined || point.recall === level) return { qps: point.qps, point, share: 1 };
  const share = shareOfWay(below.recall, point.recall, level);
  return { qps: Math.exp((1 - share) * Math.log(below.qps) + share * Math.log(point.qps)), point, below, share };
};

/** QPS at the recall; undefined where it was never reached. */
export const qpsAt = (points: readonly Pair[], level: number): number | undefined => read(points, level)?.qps;

export type Reached = {
  readonly reached: true;
  readonly level: number;
  readonly qps: Bounded;
  readonly doubt: Doubt;
  /** The setting to use: the one that was found for this recall, else the fastest measured one that has it. */
  readonly point: Point;
  /** Whether it was found for this recall. */
  readonly found: boolean;
  /** Whether the QPS stands between two measured points. */
  readonly between: boolean;
};

export type NotReached = { readonly reached: false; readonly level: number /** The highest recall there is. */; readonly best: number };

export type AtRecall = Reached | NotReached;

const mixed = (a: Doubt, b: Doubt, share: number): Doubt => ({
  down: (1 - share) * a.down + share * b.down,
  up: (1 - share) * a.up + share * b.up,
});

/** Neighbours share their disturbances, so their doubts are averaged, not thinned out. */
export const atRecall = (points: readonly Point[], level: number, surroundings: Surroundings = {}): AtRecall => {
  const found = read(points, level);
  if (found === undefined) return { reached: false, level, best: Math.max(0, ...points.map(({ recall }) => recall)) };
  const { qps, point, below, share } = found;
  const own = doubtOf(point, surroundings);
  const doubt = below === undefined ? own : mixed(doubtOf(below, surroundings), own, share);
  return {
    reached: true,
    level,
    qps: bounded(qps, doubt),
    doubt,
    point,
    found: point.target_recall === level,
    between: below !== undefined,
  };
};
