/** Runs against each other at equal recall: what the command, the CSV and the screen show. Pure: states in, plain data out. */
import { yardstick } from '../implementations.ts';
import type { BenchRun } from '../run.ts';
import { type AtRecall, atRecall, levelsOf } from './at-recall.ts';
import { type Bounded, isSame, ratioOf } from './confidence.ts';
import { type Difference, differences } from './differences.ts';
import { type Series, seriesFrom } from './series.ts';

/** One series at the levels asked for. */
export type Readings = { readonly series: Series; readonly at: readonly AtRecall[] };

export type Row = {
  readonly level: number;
  readonly base: AtRecall;
  readonly other: AtRecall;
  /** other / base, where both reach the level. */
  readonly ratio?: Bounded;
  /** The interval contains 1: which one is faster was not measured. */
  readonly same: boolean;
};

export type Pair = {
  readonly base: Series;
  readonly other: Series;
  /** Empty when they answer different questions: `differences` says which. */
  readonly rows: readonly Row[];
  readonly differences: readonly Difference[];
};

export type Comparison = {
  readonly runs: readonly BenchRun[];
  readonly levels: readonly number[];
  readonly readings: readonly Readings[];
  readonly pairs: readonly Pair[];
};

export type Choice = {
  /** @default recallLevels, and those that operating points were found for */
  readonly levels?: readonly number[];
  /** A run's name, or an implementation's. @default the first run; within one run the exact search, else its first implementation */
  readonly baseline?: string;
};

const sameQuestion = (a: Series, b: Series): boolean => a.dataset === b.dataset && a.k === b.k;

/** Which series each is compared with; undefined for a baseline itself and for what has no counterpart. */
const counterpart = (all: readonly Series[], other: Series, baseline: string | undefined): Series | undefined => {
  const rivals = all.filter(series => series.dataset === other.dataset);
  const nearest = (candidates: readonly Series[]): Series | undefined =>
    candidates.find(series => sameQuestion(series, other) && series.build === other.build) ??
    candidates.find(series => sameQuestion(series, other)) ??
    candidates[0];
  const firstRun = all[0]?.run;
  const severalRuns = all.some(({ run }) => run !== firstRun);
  const byRun = (run: string | undefined): Series | undefined => {
    const there = rivals.filter(series => series.run === run);
    if (other.run === run) return other;
    const twins = there.filter(({ impl }) => impl === other.impl);
    // An implementation that the baseline run does not have is measured by the one it has, if there is just one.
    return nearest(twins) ?? (new Set(there.map(({ impl }) => impl)).size === 1 ? nearest(there) : undefined);
  };
  if (baseline !== undefined && all.some(({ run }) => run === baseline) && severalRuns) return byRun(baseline);
  if (baseline === undefined && severalRuns) return byRun(firstRun);
  const names = rivals.map(({ impl }) => impl);
  const impl = baseline !== undefined && names.includes(baseline) ? baseline : names.includes(yardstick) ? yardstick : names[0];
  const own = rivals.filter(series => series.run === other.run && series.impl === impl);
  // One implementation alone: its builds with the first of them.
  if (new Set(names).size === 1) return own.find(series => sameQuestion(series, other));
  return nearest(own) ?? nearest(rivals.filter(series => series.impl === impl));
};

const pairOf = (base: Readings, other: Readings): Pair => {
  const found = differences(other.series, base.series);
  const comparable = found.every(({ weight }) => weight !== 'question');
  const rows = comparable
    ? other.at.flatMap((reading, n): readonly Row[] => {
        const reference = base.at[n];
        if (reference === undefined) return [];
        const row = { level: reading.level, base: reference, other: reading };
        if (!reading.reached || !reference.reached) return [{ ...row, same: false }];
        const ratio = ratioOf(reading.qps.value, reading.doubt, reference.qps.value, reference.doubt);
        return [{ ...row, ratio, same: isSame(ratio) }];
      })
    : [];
  return { base: base.series, other: other.series, rows, differences: found };
};

/** Runs that have no point yet add nothing. */
export const compareRuns = (runs: readonly BenchRun[], { levels: asked, baseline }: Choice = {}): Comparison => {
  const all = seriesFrom(runs);
  const levels = asked ?? levelsOf(runs.flatMap(({ results }) => results.points));
  const readings = all.map((series): Readings => ({ series, at: levels.map(level => atRecall(series.points, level, series)) }));
  const pairs = readings.flatMap(other => {
    const base = counterpart(all, other.series, baseline);
    const found = readings.find(({ series }) => series === base);
    return found === undefined || found === other ? [] : [pairOf(found, other)];
  });
  return { runs, levels, readings, pairs };
};

/** There is something to compare: several runs on the same data, or several implementations or builds in one. */
export const isComparable = (runs: readonly BenchRun[]): boolean => compareRuns(runs, { levels: [] }).pairs.length > 0;

/** What a baseline may be called: the runs, and the implementations they have. */
export const baselines = ({ runs, readings }: Comparison): readonly string[] => [
  ...(runs.length > 1 ? runs.map(({ run }) => run) : []),
  ...new Set(readings.map(({ series }) => series.impl)),
];
