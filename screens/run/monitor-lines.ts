import type { Forecast } from '../../src/metering/forecast.ts';
import { budgetOf, meter } from '../../src/metering/meter.ts';
import { type Now, wallOf } from '../../src/metering/plane-clock.ts';
import type { PhaseState, RunState } from '../../src/runs/state.ts';
import { duration, money, percent } from '../../src/text/format.ts';
import { countedUnits, titleOf, unitsOf } from '../../src/workloads/registry.ts';
import { groupPhases, type PhaseGroup, stageOf, stageWaits, stageWords } from '../app/stages.ts';
import { bold, dim, type Line, type LineLike, leftRight, line, lineWidth, type Span, span, wrap } from '../app/text.ts';
import { bar } from '../components/bar.ts';
import { waitLine } from '../components/wait.ts';
import { screensOf } from '../workloads/registry.ts';
import type { Middle } from '../workloads/workload-screens.ts';
import { containerLines, containerRows } from './container-lines.ts';
import { budgetLine, doubtLine, finishWords, isBudgetWarning, spentWords } from './money-lines.ts';
import { costWords, doneFraction, elapsedSeconds, etaSeconds, isLive, isPaid, placeOf, standing } from './run-facts.ts';

/** A view of the workload's middle, or the containers in its place. */
export type MonitorView = string;

export const containersView = 'containers';

const middleOf = ({ spec }: RunState): Middle => screensOf(spec).middle;

/** What `p` goes round. */
export const viewsOf = (state: RunState): readonly MonitorView[] => middleOf(state).views;

/** What is worth seeing before a person chose: without a result yet, who is at work. */
export const usualView = (state: RunState): MonitorView =>
  isPaid(state) && isLive(state) && middleOf(state).isEmpty(state) && (state.containers?.length ?? 0) > 0
    ? containersView
    : (middleOf(state).usual?.(state) ?? viewsOf(state)[0] ?? containersView);

const phaseSpans = ({ name, label, done, total, startedAt, seconds }: PhaseGroup, now: number, live: boolean): readonly Span[] => {
  // The label's first word is enough: the rest stands with the results.
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
  const all = groups.map(group => phaseSpans(group, now, live));
  const widthOf = (from: number): number =>
    all.slice(from).reduce((sum, spans) => sum + lineWidth(spans) + 2, from === 0 ? -2 : `${from} earlier`.length);
  const first = all.findIndex((_, from) => widthOf(from) <= columns);
  const hidden = first < 0 ? Math.max(0, all.length - 1) : first;
  const shown: readonly Line[] = all.slice(hidden);
  const parts: readonly Line[] = hidden > 0 ? [[dim(`${hidden} earlier`)], ...shown] : shown;
  return parts.flatMap((spans, n) => (n === 0 ? spans : [{ text: '  ' }, ...spans]));
};

/**
 * Rows of the log, with its heading: a third of the middle, but always enough to read. Where the containers are looked at, they have the
 * room they need first.
 */
export const logHeight = (
  state: RunState | undefined,
  view: MonitorView,
  now: Now,
  columns: number,
  height: number,
  head: HeadOptions = {},
): number => {
  const usual = Math.max(4, Math.floor(height / 3));
  if (state === undefined || view !== containersView) return usual;
  const left = height - headLines(state, now, columns, head).length - 2 - (containerRows(state).length + 1);
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

/** Of the run's own remarks the newest; what it says of its budget stands in a line of its own. */
const remarkOf = (state: RunState): string | undefined => {
  const warning = state.warnings.findLast(text => !isBudgetWarning(text));
  return isPaid(state) && isLive(state) ? (state.notices?.at(-1) ?? warning) : warning;
};

/** Rows of the middle from which a remark may take two. */
const roomy = 24;

/** The last of the head: what is most worth knowing beside the figures. */
const remarkLines = (
  state: RunState,
  now: Now,
  columns: number,
  { building, forecast, silence, rows = 0 }: HeadOptions,
): readonly LineLike[] => {
  const bad = middleOf(state).bad(state, columns);
  if (bad.length > 0) return bad;
  if (silence !== undefined) return [[span('warn', '! '), silence]];
  const remark = remarkOf(state);
  if (remark !== undefined) {
    const [first = '', ...rest] = rows < roomy ? [remark] : wrap(remark, columns - 2);
    // What does not fit into the second row is cut there.
    return [first, ...(rest.length === 0 ? [] : [rest.join(' ')])].map(
      (text, n): LineLike => [span('warn', n === 0 ? '! ' : '  '), dim(text)],
    );
  }
  if (building !== undefined && building.trim() !== '') return [[dim('image  '), building.trim()]];
  if (!isPaid(state)) return [dim(costWords(state, now))];
  return [leftRight(dim(spentWords(state, now, columns, forecast)), dim(columns >= 104 ? 'c containers  o dashboard' : ''), columns)];
};

/** When it ends: by the forecast, which knows how far the job's own word may be trusted; else by that word. */
const endWords = (state: RunState, now: Now, forecast: Forecast | undefined): string => {
  if (forecast !== undefined && isLive(state) && state.exit === undefined)
    return `  ${forecast.basis === 'estimate' ? '≈ ' : ''}ends in ${finishWords(forecast)}`;
  const eta = etaSeconds(state, now);
  return eta === undefined ? '' : `  ETA ${duration(Math.round(eta))}`;
};

const barLine = (state: RunState, now: Now, columns: number, forecast: Forecast | undefined): LineLike => {
  const { done, total } = unitsOf(state);
  // Of several containers each has its own: they stand with the containers.
  const inner = state.progressOf === undefined ? state.progress : undefined;
  const words = inner !== undefined && inner.total > 0 && isLive(state) ? `  ${inner.phase} ${percent(inner.done / inner.total)}` : '';
  const begun = middleOf(state).begun(state);
  const figure = `  ${done} of ${countedUnits(state.spec, total)}${begun}${endWords(state, now, forecast)}`;
  return [...bar(doneFraction(state), Math.max(10, Math.min(40, columns - figure.length - words.length - 2))), figure, dim(words)];
};

const startWords = (state: RunState): string =>
  isPaid(state) ? '· Asking Modal to start it, usually under ten seconds' : '· Starting the job, usually a second or two';

export type HeadOptions = {
  /** What the image's builder says last, for whoever reads another text meanwhile. */
  readonly building?: string | undefined;
  readonly forecast?: Forecast | undefined;
  /** Nothing was heard for long, and it is billed meanwhile. */
  readonly silence?: string | undefined;
  /** Of the screen's middle. */
  readonly rows?: number;
};

/** Which run, how it stands and since when; its phases; how far; what it costs, and what of that is not sure. */
export const headLines = (state: RunState, time: Now, columns: number, options: HeadOptions = {}): readonly LineLike[] => {
  const { mark, role, words } = standing(state);
  const now = wallOf(time);
  const live = isLive(state);
  const elapsed = duration(Math.floor(elapsedSeconds(state, time)));
  const end = live ? '' : state.outcome === 'done' ? ' enter shows the result' : state.outcome === 'stopped' ? ' R goes on with it' : '';
  const paid = isPaid(state);
  const budget = paid ? budgetLine(state, time, options.forecast) : undefined;
  const doubt = paid ? doubtLine(state, time) : undefined;
  const what: Line = [span(role, `${mark} `), bold(words), { text: `  ${titleOf(state.spec)}` }];
  const place = dim(`  ${placeOf(state)}`);
  const took: Line = [live ? dim('since ') : dim('in '), { text: elapsed }];
  const more: Line = end === '' ? [] : [span('accent', ` ·${end}`)];
  // Whole or not at all, the most wanted last to go; the footer has the key too.
  const heads: readonly (readonly [Line, Line])[] = [
    [
      [...what, place],
      [...took, ...more],
    ],
    [what, [...took, ...more]],
    [what, took],
  ];
  const [left, right] = heads.find(([one, other]) => lineWidth(one) + lineWidth(other) + 2 <= columns) ?? [what, took];
  return [
    leftRight(left, right, columns),
    state.phases.length === 0 ? dim(live ? startWords(state) : '') : phaseLine(state.phases, now, live, columns, paid),
    barLine(state, time, columns, options.forecast),
    ...contactLines(state, now, columns),
    ...(budget === undefined ? [] : [budget]),
    ...remarkLines(state, time, columns, options),
    ...(doubt === undefined
      ? []
      : wrap(doubt, columns)
          .slice(0, 2)
          .map(text => dim(text))),
  ];
};

/** While a new budget is typed: what it changes. */
export const budgetHelp = (state: RunState, now: Now, columns: number): readonly Line[] => {
  const own = meter(state, now);
  const budget = budgetOf(state);
  const parts = [
    budget === null ? 'This run has no budget.' : `The budget is ${money(budget)}, and ${money(own.billed)} of it is spent.`,
    'What you type is the new whole, not an addition: everything of this run counts against it, every container and every attempt.',
    'The run may go on until that is spent. Its containers are told within seconds, and keep it without this terminal.',
    'A run that has begun to leave goes on leaving; ann-tui resume with a larger budget takes it up again.',
  ];
  return [line(bold('More budget')), ...parts.flatMap(text => wrap(text, Math.min(columns, 90)).map(row => line(row)))];
};

/** Before the first result of a run on Modal: what is waited for, since when, how long that usually takes. */
const stageLines = (state: RunState, now: number, columns: number): readonly Line[] => {
  const stage = stageOf(state);
  const waiting = line(dim(middleOf(state).waiting));
  if (stage === undefined) return [waiting];
  const { what, usually, more } = stageWaits(stage.name);
  return [waitLine(what, stage.startedAt, now, usually), ...wrap(more, columns).map(text => line(dim(text))), line(''), waiting];
};

/** `shown`: what a person chose to look at. */
export const middleLines = (
  state: RunState,
  shown: string | undefined,
  view: MonitorView,
  time: Now,
  columns: number,
  height: number,
): readonly Line[] => {
  const now = wallOf(time);
  if (view === containersView) return containerLines(state, now, columns, height);
  const middle = middleOf(state);
  if (middle.isEmpty(state) && isPaid(state) && isLive(state)) return stageLines(state, now, columns);
  return middle.lines(state, shown, view, columns, height, time);
};
