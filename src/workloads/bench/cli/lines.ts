/** What a benchmark says of its runs in plain lines and records. */
import { type Column, table } from '../../../cli/text/table.ts';
import type { WorkloadLines } from '../../../cli/workload-lines.ts';
import { sanitizeLine } from '../../../logs/sanitize.ts';
import * as format from '../../../text/format.ts';
import { bestPoint } from '../best-point.ts';
import { badVerdicts, verdictWords } from '../code-verdicts.ts';
import { intervalText, noiseOf, sameText } from '../compare/certainty.ts';
import { compareRuns } from '../compare/compare.ts';
import { betweenRuns, bounded, doubtOf, intervalLevel, surroundingsOf } from '../compare/confidence.ts';
import { planNotes, recallHead, recallNotesOfAll, ruleOf } from '../compare/recall-rule.ts';
import { readingRows, standingRecords } from '../compare/records.ts';
import { standingsOf } from '../compare/standing.ts';
import { qpsRange } from '../compare/words.ts';
import { recallNotesOfDataset } from '../dataset-notes.ts';
import type { Point } from '../events.ts';
import { marksText, targetNotes, unreachedText } from '../operating-points.ts';
import { peerNotes } from '../peer-notes.ts';
import { recall as recallText } from '../recall-text.ts';
import type { BenchResults } from '../results.ts';
import type { BenchRun } from '../run.ts';
import { type BenchSpec, targetsOf } from '../spec.ts';
import { pairLines } from './pair-lines.ts';
import { queryPriceLines } from './query-price-lines.ts';

export const pointRows = (points: readonly Point[]): readonly Point[] =>
  [...points].sort((a, b) => a.dataset.localeCompare(b.dataset) || a.impl.localeCompare(b.impl) || a.recall - b.recall || b.qps - a.qps);

export const pointLine = (point: Point): string => {
  const { dataset, impl, params, recall, qps, target_recall: target } = point;
  const aim = target === undefined ? '' : `  for ${target}:`;
  return `  ${impl} on ${dataset}${Object.keys(params).length === 0 ? '' : `  ${format.params(params)}`}${aim}  ${recallHead([point])} ${recallText(recall)}  ${format.count(qps)} QPS`;
};

/** Of implementations that tell it; others among them have a dash. */
const toldColumns: readonly { readonly head: string; readonly text: (point: Point) => string }[] = [
  { head: 'bytes/query', text: ({ query_bytes: bytes }) => (bytes === undefined ? '–' : format.size(bytes)) },
  { head: 'of limit', text: ({ limit_share: share }) => (share === undefined ? '–' : format.percent(share)) },
];

export const pointTable = ({ results: { points }, machine }: Pick<BenchRun, 'results' | 'machine'>): readonly string[] => {
  const surroundings = surroundingsOf(points, machine?.cores);
  const several = new Set(points.map(({ dataset }) => dataset)).size > 1;
  const told = toldColumns.filter(({ text }) => points.some(point => text(point) !== '–'));
  const sought = points.some(point => point.target_recall !== undefined);
  const columns: readonly Column[] = [
    ...(several ? [{ head: 'dataset' }] : []),
    { head: 'implementation' },
    { head: 'parameters' },
    ...(sought ? [{ head: 'for', right: true }] : []),
    { head: recallHead(points), right: true },
    { head: 'QPS', right: true },
    { head: 'from–to', right: true },
    { head: 'p50', right: true },
    { head: 'p99', right: true },
    { head: 'build', right: true },
    { head: 'index', right: true },
    ...told.map(({ head }) => ({ head, right: true })),
  ];
  const rows = pointRows(points).map(point => [
    ...(several ? [point.dataset] : []),
    point.impl,
    format.params(point.params) || '–',
    ...(sought ? [point.target_recall?.toString() ?? ''] : []),
    recallText(point.recall),
    format.count(point.qps),
    qpsRange(bounded(point.qps, doubtOf(point, surroundings))),
    format.latency(point.latency_ms?.p50),
    format.latency(point.latency_ms?.p99),
    format.duration(point.build_seconds),
    format.size(point.index_bytes),
    ...told.map(({ text }) => text(point)),
  ]);
  return table(columns, rows);
};

/** How sure the figures are: what the intervals are, what is noisy, and each implementation at each recall with its ratio. */
const certaintyRecord = (state: BenchRun): Readonly<Record<string, unknown>> => ({
  interval: { level: intervalLevel, between_runs: betweenRuns, text: intervalText },
  noise: noiseOf(state.results.points) ?? { points: state.results.points.length, noisy: 0, text: null },
  at_recall: { rows: readingRows(compareRuns([state])), same: sameText },
});

/** A point as a record: with the rule that its recall follows; where there is no latency of single queries it is said to be none. */
const pointRecord = (state: BenchRun, point: Point): object => {
  const { low, high } = bounded(point.qps, doubtOf(point, surroundingsOf(state.results.points, state.machine?.cores)));
  return {
    ...point,
    recall_rule: ruleOf(point),
    qps_interval: [low, high],
    interval_level: intervalLevel,
    latency_ms: point.latency_ms ?? null,
  };
};

/** "  ✗ mine: crashed" and, below it, why and what to do. */
export const verdictLines = (run: BenchRun): readonly string[] =>
  badVerdicts(run.results.verdicts).flatMap(verdict => [
    sanitizeLine(`  ✗ ${verdictWords(verdict)}: ${verdict.what}`),
    sanitizeLine(`      ${verdict.why}`),
    ...(verdict.hint === undefined ? [] : [sanitizeLine(`      ${verdict.hint}`)]),
  ]);

/** "settings for recall 0.9, 0.95" */
const targetText = (spec: Pick<BenchSpec, 'implementations'>): readonly string[] => {
  const targets = targetsOf(spec);
  return targets.length === 0 ? [] : [`settings for recall ${targets.join(', ')}`];
};

const askedText = ({ k, threads, repeats, seed, subset, implementations }: BenchSpec): string =>
  [
    `k ${k}`,
    ...targetText({ implementations }),
    format.counted(threads, 'thread'),
    `${repeats} repeats`,
    `seed ${seed}`,
    ...(subset === null ? [] : [`first ${format.count(subset)} vectors`]),
  ].join(' · ');

export const benchLines: WorkloadLines<BenchSpec, BenchResults> = {
  kind: 'bench',
  planned: (spec, machine) => {
    const { k, threads } = spec;
    const who =
      machine === undefined
        ? `${threads} ${threads === 1 ? 'thread searches' : 'threads search'}`
        : `${threads} of ${machine.cores} cores search (${machine.cpu})`;
    return [`k ${k}`, ...targetText(spec), who].join(' · ');
  },
  planNotes: spec => [...planNotes(spec), ...peerNotes(spec)],
  datasetNotes: recallNotesOfDataset,
  asked: askedText,
  news: ({ results: { points, unreached = [] } }, before) => [
    ...unreached.slice(before?.results.unreached?.length ?? 0).map(one => `  ${unreachedText(one)}`),
    ...points.slice(before?.results.points.length ?? 0).map(pointLine),
  ],
  table: run => (run.results.points.length === 0 ? [] : pointTable(run)),
  tableNotes: run => {
    const { points, unreached = [] } = run.results;
    return [...recallNotesOfAll(points), ...targetNotes([], unreached), ...standingsOf(compareRuns([run])).map(({ text }) => text)];
  },
  bad: verdictLines,
  report: run => {
    const { pairs } = compareRuns([run]);
    const noise = noiseOf(run.results.points);
    const marks = pairs.length > 0 ? marksText(run.results.points) : [];
    const prices = queryPriceLines(run);
    return [
      ...pairs.map(pairLines),
      ...(prices.length > 0 ? [prices] : []),
      [...marks, ...(noise === undefined ? [] : [`! ${noise.text}`]), intervalText, ...(pairs.length > 0 ? [sameText] : [])],
    ];
  },
  next: ({ run }) => `ann-tui results ${run} --get DIR`,
  record: run => ({
    points: pointRows(run.results.points).map(point => pointRecord(run, point)),
    ...certaintyRecord(run),
    standings: standingRecords(standingsOf(compareRuns([run]))),
    unreached: run.results.unreached ?? [],
    verdicts: run.results.verdicts ?? [],
  }),
  bestHead: 'QPS @ recall',
  best: run => {
    const best = bestPoint(run);
    return best === undefined ? '–' : `${format.count(best.qps)} @ ${recallText(best.recall)}${best.rule}${best.where}`;
  },
  compare: () => import('./compare.ts'),
  recordFile: 'points.json',
  writeReport: async (run, to) => {
    const { writeReport } = await import('../report/write.ts');
    return await writeReport([run], to);
  },
  writeReportOf: async (runs, to) => {
    const { writeReport } = await import('../report/write.ts');
    return await writeReport(runs, to);
  },
};
