import { counted } from '../../../src/text/format.ts';
import { noiseOf, shortText } from '../../../src/workloads/bench/compare/certainty.ts';
import { compareRuns } from '../../../src/workloads/bench/compare/compare.ts';
import { surroundingsOf } from '../../../src/workloads/bench/compare/confidence.ts';
import { recallNotes } from '../../../src/workloads/bench/compare/recall-rule.ts';
import { type Standing, standingsOf } from '../../../src/workloads/bench/compare/standing.ts';
import type { Point, Unreached } from '../../../src/workloads/bench/events.ts';
import { marksText, targetNotes } from '../../../src/workloads/bench/operating-points.ts';
import type { BenchRun } from '../../../src/workloads/bench/run.ts';
import { bold, dim, type LineLike, line, span, wrap } from '../../app/text.ts';
import { resultTitle } from '../../run/result-title.ts';
import { costWords } from '../../run/run-facts.ts';
import { plotLines } from './plot.ts';
import { pointTable } from './point-rows.ts';
import type { ShownDataset } from './shown-dataset.ts';
import { atRecallLines } from './speed-at-recall-table.ts';
import { verdictLines } from './verdict-lines.ts';

export const resultViews = ['both', 'plot', 'points'] as const;
export type ResultView = (typeof resultViews)[number];

/** Rows of the list of points: beside it stand title, heading and count. */
export const pointRoom = (height: number, columns: number, { heading, points }: ShownDataset): number =>
  Math.max(1, height - 4 - heading.length - ruleLines(points, columns).length);

/** By which rule recall was counted, where it matters. */
export const ruleLines = (points: readonly Point[], columns: number): readonly LineLike[] =>
  recallNotes(points).flatMap(({ text, grave }) =>
    wrap(grave ? `! ${text}` : text, columns).map(part => (grave ? line(span('warn', part)) : line(dim(part)))),
  );

/** How sure the figures are: what is noisy, what ✓ means, and, of several implementations, what from–to and ≈ mean. */
const certaintyLines = (points: readonly Point[], several: boolean, columns: number): readonly LineLike[] => {
  const noise = noiseOf(points);
  return [
    ...marksText(points).flatMap(text => wrap(text, columns).map(part => line(dim(part)))),
    ...(noise === undefined
      ? []
      : wrap(noise.text, columns - 2).map((text, n): LineLike => [span('warn', n === 0 ? '! ' : '  '), span('warn', text)])),
    ...(several ? wrap(shortText, columns).map(text => line(dim(text))) : []),
  ];
};

/** How files of one's own did against what was measured beside them. */
const standingLines = (standings: readonly Standing[], columns: number): readonly LineLike[] =>
  standings.flatMap(({ text }) => wrap(text, columns).map(bold));

/** Recalls that are out of reach. */
const unreachedLines = (unreached: readonly Unreached[], columns: number): readonly LineLike[] =>
  targetNotes([], unreached).flatMap(text =>
    wrap(text, columns - 2).map((part, n): LineLike => [span('warn', n === 0 ? '! ' : '  '), part]),
  );

/** Rows below which a plot shows nothing: axis, legend and a few rows of marks. */
const leastPlot = 6;

export const resultLines = (
  state: BenchRun,
  shown: ShownDataset,
  names: readonly string[],
  view: ResultView,
  top: number,
  now: number,
  columns: number,
  height: number,
): readonly LineLike[] => {
  const { points } = shown;
  const title: readonly LineLike[] = [resultTitle(state, now, columns), ...shown.heading, ...ruleLines(points, columns)];
  const bad = verdictLines(state, columns);
  const surroundings = surroundingsOf(points, state.machine?.cores);
  const { unreached = [] } = state.results;
  const missed = unreachedLines(
    unreached.filter(({ dataset }) => points.length === 0 || dataset === points[0]?.dataset),
    columns,
  );
  if (state.results.points.length === 0)
    return [
      ...title,
      ...(bad.length === 0 ? [] : ['', ...bad]),
      '',
      ...missed,
      'No point was measured.',
      dim('l shows the log, esc goes back.'),
    ];
  if (view === 'points') {
    const { head, rows } = pointTable(points, names, columns, surroundings);
    const room = pointRoom(height, columns, shown);
    const more =
      rows.length > room
        ? `${top + 1}–${Math.min(rows.length, top + room)} of ${counted(rows.length, 'point')}`
        : counted(rows.length, 'point');
    return [...title, '', head, ...rows.slice(top, top + room), line(dim(more))];
  }
  if (view === 'plot') return [...title, '', ...plotLines(points, { columns, height: height - 1 - title.length }, names)];
  const standings = standingsOf(compareRuns([state])).filter(({ dataset }) => dataset === points[0]?.dataset);
  const perHour = state.spec.target === 'local' ? 0 : state.spec.hardware.dollarsPerHour;
  const table = [
    ...standingLines(standings, columns),
    ...atRecallLines(points, names, columns, surroundings, perHour, standings[0]?.other),
    ...missed,
    ...certaintyLines(points, new Set(points.map(({ impl }) => impl)).size > 1, columns),
  ];
  const below: readonly LineLike[] = bad.length > 0 ? bad : [dim(costWords(state, now))];
  const free = height - table.length - below.length - title.length;
  // Too low for a plot worth looking at: the table alone, and `p` has the plot.
  if (free < leastPlot) return [...title, ...below, '', ...table];
  // The empty rows around the table give way first.
  const gaps = Math.min(2, free - leastPlot);
  const room = free - gaps;
  // Where there is room for all of it, nothing is behind a key.
  const { head, rows } = pointTable(points, names, columns, surroundings);
  const spare = room - 14;
  const list =
    spare > 3
      ? ['', head, ...rows.slice(0, spare - 2), ...(rows.length > spare - 2 ? [line(dim(`${rows.length - spare + 2} more: p`))] : [])]
      : [];
  const plot = plotLines(points, { columns, height: room - list.length }, names);
  return [...title, ...below, ...(gaps > 0 ? [''] : []), ...table, ...(gaps > 1 ? [''] : []), ...plot, ...list];
};
