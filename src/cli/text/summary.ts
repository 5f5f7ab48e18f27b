/** How a run stands, in lines and as records. */

import type { Point } from '../../events/event.ts';
import { sanitizeLine } from '../../logs/sanitize.ts';
import { containersOf } from '../../metering/cloud-cost.ts';
import { budgetOf, doubtsOf, isEstimate, meter } from '../../metering/meter.ts';
import type { Moment } from '../../metering/plane-clock.ts';
import { plannedPoints, specTitle } from '../../runs/spec.ts';
import type { PhaseState, RunState } from '../../runs/state.ts';
import * as format from '../../text/format.ts';
import { gistOf } from '../../workloads/bench/best-point.ts';
import { badVerdicts, verdictWords } from '../../workloads/bench/code-verdicts.ts';
import { intervalText, noiseOf, sameText } from '../../workloads/bench/compare/certainty.ts';
import { compareRuns } from '../../workloads/bench/compare/compare.ts';
import { betweenRuns, bounded, doubtOf, intervalLevel, surroundingsOf } from '../../workloads/bench/compare/confidence.ts';
import { recallHead, ruleOf } from '../../workloads/bench/compare/recall-rule.ts';
import { readingRows } from '../../workloads/bench/compare/records.ts';
import { qpsRange } from '../../workloads/bench/compare/words.ts';
import { type Column, table } from './table.ts';

export const pointRows = (points: readonly Point[]): readonly Point[] =>
  [...points].sort((a, b) => a.dataset.localeCompare(b.dataset) || a.impl.localeCompare(b.impl) || a.recall - b.recall || b.qps - a.qps);

export const pointLine = (point: Point): string => {
  const { dataset, impl, params, recall, qps } = point;
  return `  ${impl} on ${dataset}${Object.keys(params).length === 0 ? '' : `  ${format.params(params)}`}  ${recallHead([point])} ${format.recall(recall)}  ${format.count(qps)} QPS`;
};

/** "build hnsw M=16" */
export const phaseText = ({ name, label }: PhaseState): string => (label === undefined ? name : `${name} ${label}`);

export const pointTable = ({ points, machine }: Pick<RunState, 'points'> & Partial<Pick<RunState, 'machine'>>): readonly string[] => {
  const surroundings = surroundingsOf(points, machine?.cores);
  const several = new Set(points.map(({ dataset }) => dataset)).size > 1;
  const columns: readonly Column[] = [
    ...(several ? [{ head: 'dataset' }] : []),
    { head: 'implementation' },
    { head: 'parameters' },
    { head: recallHead(points), right: true },
    { head: 'QPS', right: true },
    { head: 'from–to', right: true },
    { head: 'p50', right: true },
    { head: 'p99', right: true },
    { head: 'build', right: true },
    { head: 'index', right: true },
  ];
  const rows = pointRows(points).map(point => [
    ...(several ? [point.dataset] : []),
    point.impl,
    format.params(point.params) || '–',
    format.recall(point.recall),
    format.count(point.qps),
    qpsRange(bounded(point.qps, doubtOf(point, surroundings))),
    format.latency(point.latency_ms?.p50),
    format.latency(point.latency_ms?.p99),
    format.duration(point.build_seconds),
    format.size(point.index_bytes),
  ]);
  return table(columns, rows);
};

/** "billed $0 · 12s would cost $0.0059 on 32 cores · 32 GiB at $1.77/h (prices of 2026-09-29)"; on Modal what it does cost. */
export const costLine = (state: RunState, now: number | Moment): string => {
  const own = meter(state, now);
  const { seconds, billed, wouldCost, rate } = own;
  const { spec } = state;
  const { label, dollarsPerHour, pricesDate } = spec.hardware;
  if (spec.target === 'modal') {
    const limit = budgetOf(state);
    const budget = limit === null ? '' : ` of ${format.money(limit)}`;
    const about = isEstimate(own) ? '≈ ' : '';
    const running = rate > 0 ? ` · ${format.rate(rate)} now` : '';
    return `billed ${about}${format.money(billed)}${budget}, by our own meter${running} · ${containersOf(spec)} × ${label} at ${format.rate(dollarsPerHour)} (prices of ${pricesDate})`;
  }
  return `billed ${format.money(billed)} · ${format.duration(seconds)} would cost ${format.money(wouldCost)} on ${label} at ${format.rate(dollarsPerHour)} (prices of ${pricesDate})`;
};

export const costRecord = (state: RunState, now: number | Moment): object => {
  const own = meter(state, now);
  const { seconds, billed, wouldCost, rate } = own;
  const { hardware, target } = state.spec;
  const { id, dollarsPerHour, pricesDate } = hardware;
  const record = { billed, would_cost: wouldCost, seconds, hardware: id, dollars_per_hour: dollarsPerHour, prices_date: pricesDate };
  return target === 'local'
    ? record
    : { ...record, rate_now: rate, budget: budgetOf(state), estimate: isEstimate(own), doubts: doubtsOf(own) };
};

/** How sure the figures are: what the intervals are, what is noisy, and each implementation at each recall with its ratio. */
const certaintyRecord = (state: RunState): object => ({
  interval: { level: intervalLevel, between_runs: betweenRuns, text: intervalText },
  noise: noiseOf(state.points) ?? { points: state.points.length, noisy: 0, text: null },
  at_recall: { rows: readingRows(compareRuns([state])), same: sameText },
});

/** A point as a record: with the rule that its recall follows; where there is no latency of single queries it is said to be none. */
const pointRecord = (state: RunState, point: Point): object => {
  const { low, high } = bounded(point.qps, doubtOf(point, surroundingsOf(state.points, state.machine?.cores)));
  return {
    ...point,
    recall_rule: ruleOf(point),
    qps_interval: [low, high],
    interval_level: intervalLevel,
    latency_ms: point.latency_ms ?? null,
  };
};

/** The last line of `bench --json`. */
export const resultRecord = (state: RunState, now: number | Moment): object => ({
  type: 'result',
  run: state.run,
  outcome: state.outcome ?? null,
  exit_code: state.exitCode ?? null,
  points: pointRows(state.points).map(point => pointRecord(state, point)),
  ...certaintyRecord(state),
  warnings: state.warnings,
  verdicts: state.verdicts ?? [],
  cost: costRecord(state, now),
  ...(state.failure === undefined ? {} : { failure: state.failure }),
});

/** "  ✗ mine: crashed" and, below it, why and what to do. */
export const verdictLines = (state: RunState): readonly string[] =>
  badVerdicts(state).flatMap(verdict => [
    sanitizeLine(`  ✗ ${verdictWords(verdict)}: ${verdict.what}`),
    sanitizeLine(`      ${verdict.why}`),
    ...(verdict.hint === undefined ? [] : [sanitizeLine(`      ${verdict.hint}`)]),
  ]);

/** "running", "done", "stopped", … */
export const statusWord = (state: RunState): string => (state.status === 'ended' ? (state.outcome ?? 'ended') : state.status);

/** A run on one line of a list. */
export const runRecord = (state: RunState, now: number | Moment): object => ({
  type: 'run',
  run: state.run,
  title: specTitle(state.spec),
  target: state.spec.target,
  status: state.status,
  outcome: state.outcome ?? null,
  exit_code: state.exitCode ?? null,
  attempt: state.attempt,
  created: new Date(state.createdAt).toISOString(),
  points: gistOf(state).points,
  points_planned: plannedPoints(state.spec),
  cost: costRecord(state, now),
});
