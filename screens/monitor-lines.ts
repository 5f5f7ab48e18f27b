/** What the monitor says above the log. Pure. */
import { duration, percent } from '../src/money/format.ts';
import { plannedPoints, specTitle } from '../src/runs/spec.ts';
import type { PhaseState, RunState } from '../src/runs/state.ts';
import { bar } from './components/bar.ts';
import { plotLines } from './components/plot/plot.ts';
import { waitLine } from './components/wait.ts';
import { containerLines, containerRows } from './container-lines.ts';
import { pointList } from './point-rows.ts';
import {
  costWords,
  doneFraction,
  elapsedSeconds,
  etaSeconds,
  isLive,
  isPaid,
  placeOf,
  seriesOf,
  standing,
  verdictLine,
} from './run-facts.ts';
import { groupPhases, type PhaseGroup, stageOf, stageWaits, stageWords } from './stages.ts';
import { bold, dim, type Line, type LineLike, leftRight, line, lineWidth, padLine, type Span, span, wrap } from './text.ts';

export type MonitorView = 'both' | 'plot' | 'list' | 'containers';

/** What `p` goes round. */
export const monitorViews: readonly MonitorView[] = ['both', 'plot', 'list'];

/** What is worth seeing before a person chose: without a point yet, who is at work. */
export const usualView = (state: RunState): MonitorView =>
  isPaid(state) && isLive(state) && state.points.length === 0 && (state.containers?.length ?? 0) > 0 ? 'containers' : 'both';

const phaseSpans = ({ name, label, done, total, startedAt, seconds }: PhaseGroup, now: number, live: boolean): readonly Span[] => {
  // "build hnsw M=16 …": the build's parameters stand with the points.
  const shown = name === 'collect' ? stageWords(name) : label === undefined ? name : `${name} ${label.split(' ')[0]}`;
  // Of those that are at it now, or were.
  const count = seconds === undefined ? total - done : total;
  const many = count === 1 ? '' : ` ×${count}`;
  if (seconds !== undefined) return [span('ok', '✓ '), { text: `${shown}${many}` }, dim(` ${duration(seconds)}`)];
  if (!live) return [span('warn', '! '), { text: `${shown}${many}` }];
  const since = duration(Math.max(0, Math.floor((now - startedAt) / 1000)));
  return [span('accent', '▸ '), { text: `${shown}${many}`, bold: true }, dim(` ${since}`)];
};

/** One container's phases each; of several containers the same phase once. */
const asGroups = (phases: readonly PhaseState[], together: boolean): readonly PhaseGroup[] =>
  together ? groupPhases(phases) : phases.map(phase => ({ ...phase, done: phase.seconds === undefined ? 0 : 1, total: 1 }));

/** The newest phases that fit on a line; what came before is counted. */
export const phaseLine = (phases: readonly PhaseState[], now: number, live: boolean, columns: number, together = false): Line => {
  const groups = asGroups(phases, together);
  const shown: Line[] = [];
  let used = 8;
  for (const group of groups.toReversed()) {
    const spans = phaseSpans(group, now, live);
    used += lineWidth(spans) + 2;
    if (used > columns && shown.length > 0) break;
    shown.unshift(spans);
  }
  const hidden = groups.length - shown.length;
  const parts: readonly Line[] = hidden > 0 ? [[dim(`${hidden} earlier`)], ...shown] : shown;
  return parts.flatMap((spans, n) => (n === 0 ? spans : [{ text: '  ' }, ...spans]));
};

/**
 * Rows of the log, with its heading: a third of the middle, but always enough to read. Where the containers are looked at, they have the
 * room they need first.
 */
export const logHeight = (state: RunState | undefined, view: MonitorView, now: number, columns: number, height: number): number => {
  const usual = Math.max(4, Math.floor(height / 3));
  if (state === undefined || view !== 'containers') return usual;
  const left = height - headLines(state, now, columns).length - 2 - (containerRows(state).length + 1);
  return Math.max(4, Math.min(usual, left));
};

/** "10:42", local. */
const clockTime = (at: number): string => new Date(at).toLocaleTimeString('sv', { hour: '2-digit', minute: '2-digit' });

/** The way to the run is broken: since when, why, and that it does not matter to the run. */
const contactLines = ({ contactLost }: RunState, now: number, columns: number): readonly LineLike[] => {
  if (contactLost === undefined) return [];
  const { since, why } = contactLost;
  const words =
    `No contact with Modal since ${clockTime(since)} (${duration(Math.max(0, Math.floor((now - since) / 1000)))})` +
    `${why === undefined ? '' : `: ${why.replace(/\.$/, '')}`}. The run goes on there; the meter is an estimate meanwhile.`;
  return wrap(words, columns - 2)
    .slice(0, 3)
    .map((text, n) => [span('warn', n === 0 ? '! ' : '  '), text]);
};

/** The last line of the head: what is most worth knowing beside the figures. */
const remarkLine = (state: RunState, now: number, columns: number, building: string | undefined): LineLike => {
  const bad = verdictLine(state);
  if (bad !== undefined) return bad;
  const remark = isPaid(state) && isLive(state) ? (state.notices?.at(-1) ?? state.warnings.at(-1)) : state.warnings.at(-1);
  if (remark !== undefined) return [span('warn', '! '), dim(remark)];
  if (building !== undefined && building.trim() !== '') return [dim('image  '), building.trim()];
  if (!isPaid(state)) return dim(costWords(state, now));
  return leftRight(dim(costWords(state, now)), dim(columns >= 64 ? 'c containers  o dashboard' : ''), columns);
};

const barLine = (state: RunState, now: number, columns: number): LineLike => {
  const planned = plannedPoints(state.spec);
  const eta = etaSeconds(state, now);
  // Of several containers each has its own: they stand with the containers.
  const inner = state.progressOf === undefined ? state.progress : undefined;
  const words = inner !== undefined && inner.total > 0 && isLive(state) ? `  ${inner.phase} ${percent(inner.done / inner.total)}` : '';
  const figure = `  ${state.points.length} of ${planned} points${eta === undefined ? '' : `  ETA ${duration(Math.round(eta))}`}`;
  return [...bar(doneFraction(state), Math.max(10, Math.min(40, columns - figure.length - words.length - 2))), figure, dim(words)];
};

const startWords = (state: RunState): string =>
  isPaid(state) ? '· Asking Modal to start it, usually under ten seconds' : '· Starting the job, usually a second or two';

/** Which run, how it stands and since when; its phases; how far. */
export const headLines = (state: RunState, now: number, columns: number, building?: string): readonly LineLike[] => {
  const { mark, role, words } = standing(state);
  const live = isLive(state);
  const elapsed = duration(Math.floor(elapsedSeconds(state, now)));
  const end = live ? '' : state.outcome === 'done' ? ' enter shows the result' : state.outcome === 'stopped' ? ' R goes on with it' : '';
  return [
    leftRight(
      [span(role, `${mark} `), bold(words), `  ${specTitle(state.spec)}`, dim(`  ${placeOf(state)}`)],
      [live ? dim('since ') : dim('in '), elapsed, span('accent', end === '' ? '' : ` ·${end}`)],
      columns,
    ),
    state.phases.length === 0 ? dim(live ? startWords(state) : '') : phaseLine(state.phases, now, live, columns, isPaid(state)),
    barLine(state, now, columns),
    ...contactLines(state, now, columns),
    remarkLine(state, now, columns, building),
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

/** Before the first point of a run on Modal: what is waited for, since when, how long that usually takes. */
const stageLines = (state: RunState, now: number, columns: number): readonly Line[] => {
  const stage = stageOf(state);
  const points = line(dim('Points come here as they are measured.'));
  if (stage === undefined) return [points];
  const { what, usually, more } = stageWaits(stage.name);
  return [waitLine(what, stage.startedAt, now, usually), ...wrap(more, columns).map(text => line(dim(text))), line(''), points];
};

export const middleLines = (state: RunState, view: MonitorView, now: number, columns: number, height: number): readonly Line[] => {
  if (view === 'containers') return containerLines(state, now, columns, height);
  if (state.points.length === 0 && isPaid(state) && isLive(state)) return stageLines(state, now, columns);
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
