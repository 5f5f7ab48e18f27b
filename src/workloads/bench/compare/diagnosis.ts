import { count, counted, duration, percent, size } from '../../../text/format.ts';
import type { Point } from '../events.ts';
import { isShort } from '../operating-points.ts';
import { recall } from '../recall-text.ts';
import type { BenchRun } from '../run.ts';
import { atRecall } from './at-recall.ts';
import type { Comparison } from './compare.ts';
import { doubtOf, opennessOf, ratioOf, takenOf, wideSpread } from './confidence.ts';
import { detailOf } from './detail.ts';
import { paretoFront } from './pareto.ts';
import { recallNotes } from './recall-rule.ts';
import { type Series, settingOf } from './series.ts';

export type Finding = {
  readonly kind: 'noise' | 'busy' | 'threads' | 'memory' | 'recall' | 'rule' | 'build' | 'setting';
  /** `warn`: figures may mislead. `hint`: something to gain. `fact`: what to use. */
  readonly weight: 'warn' | 'hint' | 'fact';
  readonly text: string;
};

/** Others that may have made a point look this much slower than it is are worth a warning. */
const muchTaken = 1.15;
/** Threads that bring less than this share of their number are wasted. */
const poorUse = 0.6;
/** Bytes: beyond the last-level cache of nearly every machine, and of all that a container of a few cores gets. */
const beyondCache = 256e6;
/** A setting misses this many times fewer neighbours than asked for: far above need. */
const farAbove = 4;

const noise = (all: readonly Series[]): readonly Finding[] => {
  const points = all.flatMap(series => series.points.map(point => ({ series, point, spread: opennessOf(point) })));
  const wide = points.filter(({ spread }) => spread > wideSpread).toSorted((a, b) => b.spread - a.spread);
  const [worst] = wide;
  if (worst === undefined) return [];
  const { series, point, spread } = worst;
  return [
    {
      kind: 'noise',
      weight: 'warn',
      text: `noisy: in ${wide.length} of ${counted(points.length, 'point')} the passes agree no better than within ${percent(wideSpread)}, least in ${series.label} ${settingOf(series, point)} (${Math.round(spread * 100)} %); a quieter machine or more repeats would narrow the intervals`,
    },
  ];
};

const busy = (all: readonly Series[]): readonly Finding[] => {
  const points = all.flatMap(series => series.points.map(point => ({ series, point, taken: takenOf(point, series) })));
  const disturbed = points.filter(({ taken }) => taken > muchTaken).toSorted((a, b) => b.taken - a.taken);
  const [worst] = disturbed;
  if (worst === undefined) return [];
  const cores = worst.series.cores ?? 0;
  const others = detailOf(worst.point).othersBusy ?? worst.series.othersBusy ?? 0;
  return [
    {
      kind: 'busy',
      weight: 'warn',
      text: `not alone: during ${disturbed.length} of ${counted(points.length, 'point')} others kept cores busy, up to ${others.toFixed(1)} of ${cores} (${worst.series.label}); left alone it may be up to ${worst.taken.toFixed(1)}× as fast, and the intervals allow for that`,
    },
  ];
};

/** Little's law: queries under way at once = queries a second × seconds a query. */
const underWay = ({ qps, latency_ms: { mean } = {} }: Point): number | undefined => (mean === undefined ? undefined : (qps * mean) / 1000);

const idleThreads = (all: readonly Series[]): readonly Finding[] =>
  all.flatMap((series): readonly Finding[] => {
    const { threads, label, cores } = series;
    if (threads < 2) return [];
    if (cores !== undefined && threads > cores)
      return [{ kind: 'threads', weight: 'hint', text: `${label}: ${threads} threads on ${cores} cores take turns; ${cores} would do` }];
    const used = paretoFront(series.points).flatMap(point => underWay(point) ?? []);
    const most = Math.max(0, ...used);
    if (used.length === 0 || most >= poorUse * threads) return [];
    return [
      {
        kind: 'threads',
        weight: 'hint',
        text: `${label}: of ${threads} threads only ${most.toFixed(1)} searched at once (QPS × mean latency); the rest waited`,
      },
    ];
  });

/** The same but for the threads. */
const scaling = (all: readonly Series[]): readonly Finding[] =>
  all.flatMap(many =>
    all.flatMap((few): readonly Finding[] => {
      const alike =
        many.threads > few.threads &&
        (['impl', 'build', 'dataset', 'k', 'subset', 'datasetSha', 'cpu', 'isa', 'cores'] as const).every(name => many[name] === few[name]);
      if (!alike) return [];
      const times = many.threads / few.threads;
      const ratios = many.points.flatMap(point => {
        const twin = few.points.find(other => JSON.stringify(other.params) === JSON.stringify(point.params));
        return twin === undefined ? [] : [{ point, ratio: ratioOf(point.qps, doubtOf(point, many), twin.qps, doubtOf(twin, few)) }];
      });
      const best = ratios.toSorted((a, b) => b.ratio.value - a.ratio.value)[0];
      // Only where even the upper end of every interval falls short.
      if (best === undefined || ratios.some(({ ratio }) => ratio.high >= poorUse * times)) return [];
      const { value } = best.ratio;
      const bytes = best.point.index_bytes;
      const memory: readonly Finding[] =
        bytes > beyondCache
          ? [
              {
                kind: 'memory',
                weight: 'hint',
                text: `${many.label}: its index (${size(bytes)}) is far larger than caches and more threads bring little: memory bandwidth is the likely limit`,
              },
            ]
          : [];
      return [
        {
          kind: 'threads',
          weight: 'hint',
          text: `${many.label}: ${many.threads} threads are at best ${value.toFixed(2)}× as fast as ${few.threads} (${few.label}), of ${times.toFixed(0)}× possible`,
        },
        ...memory,
      ];
    }),
  );

/** Nanoseconds that one distance took one thread, everything around it included; the median over the points. */
const distanceTime = ({ points }: Series): number | undefined => {
  const times = points
    .flatMap(point => {
      const { distComps } = detailOf(point);
      return distComps === undefined ? [] : [(1e9 * point.threads) / (point.qps * distComps)];
    })
    .toSorted((a, b) => a - b);
  return times[Math.floor(times.length / 2)];
};

/** A larger index of the same vectors, whose distances take longer. */
const memoryBound = (all: readonly Series[]): readonly Finding[] =>
  all.flatMap(large =>
    all.flatMap((small): readonly Finding[] => {
      const alike = (['impl', 'build', 'dataset', 'k', 'threads', 'cpu', 'isa', 'cores'] as const).every(
        name => large[name] === small[name],
      );
      const [bytes, fewer] = [large.points[0]?.index_bytes ?? 0, small.points[0]?.index_bytes ?? 0];
      const [slow, quick] = [distanceTime(large), distanceTime(small)];
      if (!alike || slow === undefined || quick === undefined || bytes < beyondCache || bytes < 4 * fewer || slow < 1.5 * quick) return [];
      const disturbed = [...large.points.map(point => takenOf(point, large)), ...small.points.map(point => takenOf(point, small))];
      if (Math.max(...disturbed) > muchTaken) return [];
      return [
        {
          kind: 'memory',
          weight: 'hint',
          text: `${large.label}: a distance takes ${slow.toFixed(0)} ns in an index of ${size(bytes)} and ${quick.toFixed(0)} ns in one of ${size(fewer)} (${small.label}): it waits for memory`,
        },
      ];
    }),
  );

const pointsOfOneRule = (all: readonly Series[]): readonly Point[] => {
  const strict = all.filter(({ recallRule }) => recallRule === 'strict');
  return (strict.length > 0 ? strict : all).flatMap(({ points }) => points);
};

/** What the rule behind the recalls does to them, once for each data set. That two rules were followed is told as a difference. */
const rules = (all: readonly Series[]): readonly Finding[] => {
  const datasets = [...new Set(all.map(({ dataset }) => dataset))];
  return datasets.flatMap(name =>
    recallNotes(pointsOfOneRule(all.filter(({ dataset }) => dataset === name))).map(
      ({ text, grave }): Finding => ({
        kind: 'rule',
        weight: grave ? 'warn' : 'fact',
        text: datasets.length > 1 ? `${name}: ${text}` : text,
      }),
    ),
  );
};

/** Where even the cheapest setting finds far more than was asked for. `level`: the recall asked for; absent: not asked. */
const aboveNeed = (all: readonly Series[], level: number | undefined): readonly Finding[] =>
  all.flatMap((series): readonly Finding[] => {
    const least = paretoFront(series.points)[0];
    if (level === undefined || least === undefined || series.points.length < 2 || (1 - least.recall) * farAbove > 1 - level) return [];
    return [
      {
        kind: 'recall',
        weight: 'hint',
        text: `${series.label}: its fastest setting (${settingOf(series, least)}) finds ${recall(least.recall)}, far above ${level}; a cheaper one was not measured and would be faster`,
      },
    ];
  });

/** What to set, at each recall. */
const settings = (all: readonly Series[], levels: readonly number[]): readonly Finding[] =>
  all.flatMap((series): readonly Finding[] => {
    if (series.points.length < 2) return [];
    const words = levels.map(level => {
      const found = atRecall(series.points, level, series);
      if (!found.reached) return `${level}: not reached (${recall(found.best)})`;
      // What was found for it may be judged a little below it.
      const judged = found.found && isShort(found.point) ? ` (${recall(found.point.recall)})` : '';
      return `${level}: ${settingOf(series, found.point)}${judged}`;
    });
    return [{ kind: 'setting', weight: 'fact', text: `${series.label}, to have at least ${words.join(' · ')}` }];
  });

/** A build pays off after so many queries against a baseline that is slower and built sooner. */
const builds = ({ pairs }: Comparison): readonly Finding[] =>
  pairs.flatMap(({ base, other, rows }): readonly Finding[] => {
    const row = rows.findLast(({ ratio, same }) => ratio !== undefined && !same && ratio.value > 1);
    if (row === undefined || !row.base.reached || !row.other.reached || base.run !== other.run) return [];
    const more = row.other.point.build_seconds - row.base.point.build_seconds;
    const saved = 1 / row.base.qps.value - 1 / row.other.qps.value;
    if (more <= 1 || saved <= 0) return [];
    return [
      {
        kind: 'build',
        weight: 'fact',
        text: `${other.label} takes ${duration(more)} longer to build than ${base.label} and makes up for it after about ${count(Number((more / saved).toPrecision(2)))} queries at recall ${row.level}`,
      },
    ];
  });

/** The part of the run that went into building. */
const buildShare = (run: BenchRun, letter: string): readonly Finding[] => {
  const seconds = (name: string) => run.phases.filter(phase => phase.name === name).reduce((sum, phase) => sum + (phase.seconds ?? 0), 0);
  const [build, sweep] = [seconds('build'), seconds('sweep')];
  if (build < 10 || build < 3 * sweep || sweep === 0) return [];
  return [
    {
      kind: 'build',
      weight: 'hint',
      text: `${letter === '' ? 'the run' : letter}: building took ${duration(build)}, searching ${duration(sweep)}; more search settings cost little beside it`,
    },
  ];
};

const weights = ['warn', 'hint', 'fact'] as const;

/** A label is unique on its dataset only: where there are several, it says on which. */
const withDataset = (comparison: Comparison): Comparison => {
  const { readings, pairs } = comparison;
  if (new Set(readings.map(({ series }) => series.dataset)).size < 2) return comparison;
  const told = (series: Series): Series => ({ ...series, label: `${series.label} on ${series.dataset}` });
  return {
    ...comparison,
    readings: readings.map(reading => ({ ...reading, series: told(reading.series) })),
    pairs: pairs.map(pair => ({ ...pair, base: told(pair.base), other: told(pair.other) })),
  };
};

/** `need`: the one recall that was asked for, if one was. Warnings first. */
export const diagnose = (compared: Comparison, need?: number): readonly Finding[] => {
  const comparison = withDataset(compared);
  const all = comparison.readings.map(({ series }) => series);
  const letters = new Map(all.map(({ run, letter }) => [run, letter]));
  const found = [
    ...rules(all),
    ...busy(all),
    ...noise(all),
    ...idleThreads(all),
    ...scaling(all),
    ...memoryBound(all),
    ...aboveNeed(all, need),
    ...comparison.runs.flatMap(run => buildShare(run, letters.get(run.run) ?? '')),
    ...builds(comparison),
    ...settings(all, comparison.levels),
  ];
  return found.toSorted((a, b) => weights.indexOf(a.weight) - weights.indexOf(b.weight));
};
