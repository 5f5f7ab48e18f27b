import { count, duration, latency, size } from '../../../text/format.ts';
import type { Point } from '../events.ts';
import { recall as recallText } from '../recall-text.ts';
import { type Doubt, doubtOf, isSame, ratioOf } from './confidence.ts';
import type { Series } from './series.ts';

export const rule = { k: 10, recall: 0.9 } as const;

export type Entry = {
  readonly series: Series /** The setting it is judged by; of a disqualified one that with the highest recall. */;
  readonly point: Point;
};

export type Ranked = Entry & {
  /** 1 for the first, shared by those that nothing tells apart; undefined when disqualified. */
  readonly place?: number;
  /** Why it stands where it stands. */
  readonly reason: string;
  /** recall · log₁₀(QPS) / log₁₀(MB of index), 0 below the recall asked for: for information, the rule does not use it. */
  readonly score: number;
};

export type Ranking = { readonly dataset: string; readonly ranked: readonly Ranked[] };

/** QPS and megabytes below 1 and 10 count as those, so that no logarithm is 0 or below. */
export const score = (point: Pick<Point, 'recall' | 'qps' | 'index_bytes'>): number =>
  point.recall < rule.recall ? 0 : (point.recall * Math.log10(Math.max(point.qps, 1))) / Math.log10(Math.max(point.index_bytes / 1e6, 10));

const fastest = (points: readonly Point[]): Point | undefined => points.toSorted((a, b) => b.qps - a.qps)[0];
const closest = (points: readonly Point[]): Point | undefined => points.toSorted((a, b) => b.recall - a.recall)[0];

type Criterion = {
  readonly name: string;
  /** Less is better. */
  readonly value: (entry: Entry) => number;
  readonly text: (entry: Entry) => string;
  /** How far a value may be off. */
  readonly doubt: (entry: Entry) => Doubt;
};

const exact: Doubt = { down: 0, up: 0 };
const timed = ({ point, series }: Entry): Doubt => doubtOf(point, series);

/** A time that would be shorter, had nobody disturbed it: the other way round from QPS. */
const timedInverse = (entry: Entry): Doubt => {
  const { down, up } = timed(entry);
  return { down: up, up: down };
};

const criteria: readonly Criterion[] = [
  { name: 'QPS', value: ({ point }) => 1 / point.qps, text: ({ point }) => count(point.qps), doubt: timedInverse },
  {
    name: 'p95',
    value: ({ point }) => point.latency_ms?.p95 ?? Number.POSITIVE_INFINITY,
    text: ({ point }) => latency(point.latency_ms?.p95),
    doubt: timedInverse,
  },
  { name: 'index', value: ({ point }) => point.index_bytes, text: ({ point }) => size(point.index_bytes), doubt: () => exact },
  { name: 'build', value: ({ point }) => point.build_seconds, text: ({ point }) => duration(point.build_seconds), doubt: timedInverse },
];

const tells = (criterion: Criterion, a: Entry, b: Entry): boolean => {
  const [x, y] = [criterion.value(a), criterion.value(b)];
  if (x === y || (!Number.isFinite(x) && !Number.isFinite(y))) return false;
  if (!Number.isFinite(x) || !Number.isFinite(y) || x <= 0 || y <= 0) return true;
  return !isSame(ratioOf(x, criterion.doubt(a), y, criterion.doubt(b)));
};

/** Best first. Those that a criterion cannot tell from the best of the rest share its turn and go on to the next criterion. */
const ordered = (entries: readonly Entry[], from = 0): readonly Entry[] => {
  const criterion = criteria[from];
  if (entries.length < 2) return entries;
  if (criterion === undefined) return entries.toSorted((a, b) => b.point.qps - a.point.qps);
  const sorted = entries.toSorted((a, b) => criterion.value(a) - criterion.value(b));
  const best = sorted[0] as Entry;
  const tied = sorted.filter(entry => entry === best || !tells(criterion, best, entry));
  return [
    ...ordered(tied, from + 1),
    ...ordered(
      sorted.filter(entry => !tied.includes(entry)),
      from,
    ),
  ];
};

/** Why `entry` comes after `ahead`. */
const behind = (ahead: Entry, entry: Entry): string => {
  const at = criteria.findIndex(criterion => tells(criterion, ahead, entry));
  const decisive = criteria[at];
  const equal = criteria.slice(0, at < 0 ? criteria.length : at).map(({ name }) => name);
  const same = equal.length === 0 ? '' : `${equal.join(', ')} cannot be told apart; `;
  if (decisive === undefined) return `${same}as good as ${ahead.series.label}`;
  return `${same}${decisive.name} ${decisive.text(entry)} against ${decisive.text(ahead)} of ${ahead.series.label}`;
};

const bestReason = (entry: Entry, next: Entry | undefined): string => {
  const { point } = entry;
  const at = `${count(point.qps)} QPS at recall ${recallText(point.recall)}`;
  if (next === undefined) return at;
  const decisive = criteria.find(criterion => tells(criterion, entry, next));
  if (decisive === undefined) return `${at}; ${next.series.label} is as good`;
  if (decisive.name === 'QPS') return `${at}, the most`;
  return `${at}; ${decisive.name} ${decisive.text(entry)} against ${decisive.text(next)} of ${next.series.label} decides`;
};

const outReason = ({ series, point }: Entry): string =>
  series.k === rule.k
    ? `disqualified: recall@${rule.k} ${recallText(point.recall)} is the highest it reaches, ${rule.recall.toFixed(2)} is asked for`
    : `not ranked: measured as recall@${series.k}, the rule is for recall@${rule.k}`;

/** Only what answers the same question is ranked together. */
const question = ({ dataset, datasetSha = '', subset }: Series): string => JSON.stringify([dataset, datasetSha, subset]);

const titleOf = ({ dataset, datasetSha, subset }: Series, all: readonly Series[]): string => {
  const bytes = new Set(all.filter(other => other.dataset === dataset).map(other => other.datasetSha));
  const which = bytes.size > 1 ? ` (${datasetSha?.slice(0, 8) ?? 'hash unknown'})` : '';
  return `${dataset}${which}${subset === null ? '' : `, first ${count(subset)} vectors`}`;
};

const rankGroup = (dataset: string, series: readonly Series[]): Ranking => {
  const passes = (point: Point) => point.k === rule.k && point.recall >= rule.recall;
  const entries = series.flatMap((one): readonly Entry[] => {
    const point = fastest(one.points.filter(passes)) ?? closest(one.points);
    return point === undefined ? [] : [{ series: one, point }];
  });
  const inside = ordered(entries.filter(({ point }) => passes(point)));
  const outside = entries.filter(({ point }) => !passes(point));
  const places: number[] = [];
  for (const [n, entry] of inside.entries()) {
    const ahead = inside[n - 1];
    const apart = ahead === undefined || criteria.some(criterion => tells(criterion, ahead, entry));
    places.push(apart ? n + 1 : (places.at(-1) ?? 1));
  }
  return {
    dataset,
    ranked: [
      ...inside.map((entry, n): Ranked => {
        const ahead = inside[n - 1];
        const reason = ahead === undefined ? bestReason(entry, inside[1]) : behind(ahead, entry);
        return { ...entry, place: places[n] ?? n + 1, reason, score: score(entry.point) };
      }),
      ...outside.map((entry): Ranked => ({ ...entry, reason: outReason(entry), score: 0 })),
    ],
  };
};

/** A ranking for each data set. Series that were measured on different bytes or vectors are never ranked together. */
export const rank = (all: readonly Series[]): readonly Ranking[] =>
  [...new Set(all.map(question))].map(key => {
    const group = all.filter(series => question(series) === key);
    return rankGroup(titleOf(group[0] as Series, all), group);
  });
