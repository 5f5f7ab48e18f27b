/** What the monitor says above the log. Pure. */
import { duration, percent } from '../src/money/format.ts';
import { plannedPoints } from '../src/runs/spec.ts';
import type { PhaseState, RunState } from '../src/runs/state.ts';
import { bar } from './components/bar.ts';
import { plotLines } from './components/plot/plot.ts';
import { pointList } from './point-rows.ts';
import { costWords, doneFraction, elapsedSeconds, etaSeconds, isLive, placeOf, seriesOf, standing, verdictLine } from './run-facts.ts';
import { bold, dim, type Line, type LineLike, leftRight, line, lineWidth, padLine, type Span, span } from './text.ts';

export const monitorViews = ['both', 'plot', 'list'] as const;
export type MonitorView = (typeof monitorViews)[number];

const phaseSpans = (phase: PhaseState, now: number, live: boolean): readonly Span[] => {
  // "build hnsw M=16 …": the build's parameters stand with the points.
  const name = phase.label === undefined ? phase.name : `${phase.name} ${phase.label.split(' ')[0]}`;
  if (phase.seconds !== undefined) return [span('ok', '✓ '), { text: name }, dim(` ${duration(phase.seconds)}`)];
  if (!live) return [span('warn', '! '), { text: name }];
  return [span('accent', '▸ '), { text: name, bold: true }, dim(` ${duration(Math.max(0, Math.floor((now - phase.startedAt) / 1000)))}`)];
};

/** The newest phases that fit on a line; what came before is counted. */
export const phaseLine = (phases: readonly PhaseState[], now: number, live: boolean, columns: number): Line => {
  const shown: Line[] = [];
  let used = 8;
  for (const phase of phases.toReversed()) {
    const spans = phaseSpans(phase, now, live);
    used += lineWidth(spans) + 2;
    if (used > columns && shown.length > 0) break;
    shown.unshift(spans);
  }
  const hidden = phases.length - shown.length;
  const parts: readonly Line[] = hidden > 0 ? [[dim(`${hidden} earlier`)], ...shown] : shown;
  return parts.flatMap((spans, n) => (n === 0 ? spans : [{ text: '  ' }, ...spans]));
};

const barLine = (state: RunState, now: number, columns: number): LineLike => {
  const planned = plannedPoints(state.spec);
  const eta = etaSeconds(state, now);
  const inner = state.progress;
  const words = inner !== undefined && inner.total > 0 && isLive(state) ? `  ${inner.phase} ${percent(inner.done / inner.total)}` : '';
  const figure = `  ${state.points.length} of ${planned} points${eta === undefined ? '' : `  ETA ${duration(Math.round(eta))}`}`;
  return [...bar(doneFraction(state), Math.max(10, Math.min(40, columns - figure.length - words.length - 2))), figure, dim(words)];
};

/** Which run, how it stands and since when; its phases; how far. */
export const headLines = (state: RunState, now: number, columns: number): readonly LineLike[] => {
  const { mark, role, words } = standing(state);
  const live = isLive(state);
  const elapsed = duration(Math.floor(elapsedSeconds(state, now)));
  const end = live ? '' : state.outcome === 'done' ? ' enter shows the result' : state.outcome === 'stopped' ? ' R goes on with it' : '';
  const warning = state.warnings.at(-1);
  const bad = verdictLine(state);
  return [
    leftRight(
      [
        span(role, `${mark} `),
        bold(words),
        `  ${state.spec.implementations.map(({ name }) => name).join(', ')} on ${state.spec.datasets.map(({ name }) => name).join(', ')}`,
        dim(`  ${placeOf(state)}`),
      ],
      [live ? dim('since ') : dim('in '), elapsed, span('accent', end === '' ? '' : ` ·${end}`)],
      columns,
    ),
    state.phases.length === 0
      ? dim(live ? '· Starting the job, usually a second or two' : '')
      : phaseLine(state.phases, now, live, columns),
    barLine(state, now, columns),
    bad ?? (warning === undefined ? dim(costWords(state, now)) : [span('warn', '! '), dim(warning)]),
  ];
};

const sideBySide = (left: readonly Line[], right: readonly Line[], leftColumns: number): readonly Line[] =>
  Array.from({ length: Math.max(left.length, right.length) }, (_, n) => [
    ...padLine(left[n] ?? [], leftColumns),
    { text: '  ' },
    ...(right[n] ?? []),
  ]);

/** The newest points last, the newest that fit. */
const listPart = (state: RunState, names: readonly string[], columns: number, height: number): readonly Line[] => {
  if (state.points.length === 0) return [line(dim('Points come here as they are measured.'))];
  const { head, rows } = pointList(state.points, names, columns);
  const shown = rows.slice(-(height - 1));
  const hidden = rows.length - shown.length;
  return [hidden > 0 ? leftRight(head, dim(`  ${hidden} above`), columns) : head, ...shown];
};

export const middleLines = (state: RunState, view: MonitorView, columns: number, height: number): readonly Line[] => {
  const names = seriesOf(state);
  const narrow = columns < 70;
  if (view === 'list' || (view === 'both' && (narrow || height < 6))) return listPart(state, names, Math.min(columns, 76), height);
  if (view === 'plot') return plotLines(state.points, { columns, height }, names);
  const listColumns = Math.min(46, Math.floor(columns * 0.46));
  const plotColumns = columns - listColumns - 2;
  return sideBySide(
    plotLines(state.points, { columns: plotColumns, height }, names),
    listPart(state, names, listColumns, height),
    plotColumns,
  );
};
