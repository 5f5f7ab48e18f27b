/** A comparison as records (`--json`) and as CSV (RFC 4180): names in snake_case, figures whole. Pure. */
import { dollarsPerMillion, thousandPerDollar } from '../query-price.ts';
import type { AtRecall } from './at-recall.ts';
import type { Comparison, Pair } from './compare.ts';
import type { Ranking } from './competition.ts';
import { betweenRuns } from './confidence.ts';
import type { Finding } from './diagnosis.ts';
import { type Series, settingOf } from './series.ts';
import { type Standing, standingsOf } from './standing.ts';

const about = ({ run, impl, sourceSha, build, dataset, datasetSha, k, threads, subset, target, cpu, isa, cores, recallRule }: Series) => ({
  run,
  implementation: impl,
  build,
  dataset,
  dataset_sha: datasetSha ?? null,
  source_sha: sourceSha ?? null,
  k,
  threads,
  subset,
  target,
  cpu: cpu ?? null,
  isa: isa ?? null,
  cores: cores ?? null,
  recall_rule: recallRule,
});

const figures = (series: Series, reading: AtRecall) =>
  reading.reached
    ? {
        qps: reading.qps.value,
        qps_low: reading.qps.low,
        qps_high: reading.qps.high,
        interpolated: reading.between,
        setting: settingOf(series, reading.point),
        setting_recall: reading.point.recall,
        operating_point: reading.found,
        // On what the run was billed for: on this machine nothing, and as many queries for it as there are.
        dollars_per_million: dollarsPerMillion(reading.qps.value, series.dollarsPerHour),
        thousand_queries_per_dollar: series.dollarsPerHour > 0 ? thousandPerDollar(reading.qps.value, series.dollarsPerHour) : null,
      }
    : {
        qps: null,
        qps_low: null,
        qps_high: null,
        interpolated: null,
        setting: null,
        setting_recall: reading.best,
        operating_point: null,
        dollars_per_million: null,
        thousand_queries_per_dollar: null,
      };

const pairAt = (pairs: readonly Pair[], series: Series): Pair | undefined => pairs.find(({ other }) => other === series);

/** A record for each series and level, its ratio to its baseline with it. */
export const readingRows = ({ readings, pairs }: Comparison) =>
  readings.flatMap(({ series, at }) => {
    const pair = pairAt(pairs, series);
    return at.map(reading => {
      const row = pair?.rows.find(({ level }) => level === reading.level);
      return {
        level: reading.level,
        ...about(series),
        reached: reading.reached,
        ...figures(series, reading),
        baseline_run: pair?.base.run ?? null,
        baseline_implementation: pair?.base.impl ?? null,
        ratio: row?.ratio?.value ?? null,
        ratio_low: row?.ratio?.low ?? null,
        ratio_high: row?.ratio?.high ?? null,
        same: row?.ratio === undefined ? null : row.same,
      };
    });
  });

const rankRows = (rankings: readonly Ranking[]) =>
  rankings.flatMap(({ ranked }) =>
    ranked.map(({ series, point, place, reason, score }) => ({
      place: place ?? null,
      ...about(series),
      setting: settingOf(series, point),
      recall: point.recall,
      recall_tolerant: point.recall_tolerant ?? null,
      qps: point.qps,
      p95_ms: point.latency_ms?.p95 ?? null,
      index_bytes: point.index_bytes,
      build_seconds: point.build_seconds,
      score,
      reason,
    })),
  );

/** An own file against what was measured beside it: the sentence, and for each recall the ratio and what it says. */
export const standingRecords = (standings: readonly Standing[]) =>
  standings.map(({ run, dataset, own, other, at, text }) => ({
    run,
    dataset,
    implementation: own,
    against: other,
    at_recall: at.map(({ level, ratio, is }) => ({
      level,
      is,
      ratio: ratio?.value ?? null,
      ratio_low: ratio?.low ?? null,
      ratio_high: ratio?.high ?? null,
    })),
    text,
  }));

export const records = (comparison: Comparison, findings: readonly Finding[], rankings: readonly Ranking[]): readonly object[] => [
  { type: 'comparison', runs: comparison.runs.map(({ run }) => run), levels: comparison.levels, between_runs: betweenRuns },
  ...readingRows(comparison).map(row => ({ type: 'at_recall', ...row })),
  ...standingRecords(standingsOf(comparison)).map(row => ({ type: 'standing', ...row })),
  ...comparison.pairs.flatMap(({ base, other, differences }) =>
    differences.map(({ weight, text }) => ({
      type: 'difference',
      run: other.run,
      implementation: other.impl,
      baseline_run: base.run,
      baseline_implementation: base.impl,
      comparable: weight === 'care',
      text,
    })),
  ),
  ...rankRows(rankings).map(row => ({ type: 'rank', ...row })),
  ...findings.map(finding => ({ type: 'finding', ...finding })),
];

const quoted = (value: unknown): string => {
  if (value === null || value === undefined) return '';
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

const csv = (all: readonly Readonly<Record<string, unknown>>[]): readonly string[] => {
  const [first] = all;
  return first === undefined
    ? []
    : [Object.keys(first), ...all.map(row => Object.keys(first).map(name => row[name]))].map(cells => cells.map(quoted).join(','));
};

/** A line a series and level, or a line a place when `rankings` are given. */
export const csvLines = (comparison: Comparison, rankings: readonly Ranking[]): readonly string[] =>
  csv(rankings.length > 0 ? rankRows(rankings) : readingRows(comparison));
