/** What screens say about a run, from its state. Pure. */
import { containersOf } from '../../src/metering/cloud-cost.ts';
import type { Forecast } from '../../src/metering/forecast.ts';
import { isEstimate, meter } from '../../src/metering/meter.ts';
import { plannedPoints, specTitle } from '../../src/runs/spec.ts';
import type { RunState } from '../../src/runs/state.ts';
import { count, duration, money, rate, recall } from '../../src/text/format.ts';
import { bestPoint, gistOf } from '../../src/workloads/bench/best-point.ts';
import { badVerdicts, verdictWords } from '../../src/workloads/bench/code-verdicts.ts';
import { stageOf, stageWords } from '../app/stages.ts';
import { dim, type Line, type LineLike, line, lineWidth, span, textWidth, wrap } from '../app/text.ts';
import type { Role } from '../app/theme.ts';
import { seriesNames } from '../components/plot/plot.ts';
import { type Now, paidLine, spentWords, wallOf } from './money-lines.ts';

export const isLive = ({ status }: RunState): boolean => status !== 'ended';

/** Somebody bills it. */
export const isPaid = ({ spec }: RunState): boolean => spec.target === 'modal';

/** What a live run says of itself in a word or two. */
const liveWords = (state: RunState): string => {
  const { status } = state;
  if (isPaid(state) && state.exit !== undefined) return 'bringing results home';
  const stage = status === 'stopping' ? undefined : stageOf(state);
  if (stage !== undefined) return stageWords(stage.name);
  return { created: 'about to start', launching: 'starting', running: 'running', stopping: 'stopping', ended: '' }[status];
};

/** "mine", or how many, of those that did not keep to the rules, or did not come so far. */
const failedNames = (state: RunState): string => {
  const names = [...new Set(badVerdicts(state).map(({ impl }) => impl))];
  return names.length === 1 ? (names[0] as string) : String(names.length);
};

/** A mark and words for how a run stands. */
export const standing = (state: RunState): { readonly mark: string; readonly role: Role; readonly words: string } => {
  if (isLive(state))
    return {
      mark: state.contactLost === undefined ? '●' : '!',
      role: state.contactLost === undefined ? 'accent' : 'warn',
      words: liveWords(state),
    };
  switch (state.outcome) {
    case 'done':
      return badVerdicts(state).length > 0
        ? { mark: '✗', role: 'danger', words: `done, ${failedNames(state)} failed` }
        : { mark: '✓', role: 'ok', words: 'done' };
    case 'stopped':
      return { mark: '!', role: 'warn', words: 'stopped' };
    case 'budget':
      return { mark: '!', role: 'warn', words: 'stopped by its budget' };
    case 'lost':
      return { mark: '✗', role: 'danger', words: 'lost' };
    default:
      return { mark: '✗', role: 'danger', words: 'failed' };
  }
};

/** "modal 4 × 32 cores · 32 GiB" */
export const placeOf = ({ spec }: RunState): string => {
  if (spec.target === 'local') return 'this machine';
  const containers = containersOf(spec);
  return `modal ${containers > 1 ? `${containers} × ` : ''}${spec.hardware.label}`;
};

/** "bench hnsw, naive on quick" */
export const titleOf = (state: RunState): string => `${state.spec.kind} ${specTitle(state.spec)}`;

export const elapsedSeconds = (state: RunState, now: Now): number => meter(state, now).seconds;

/** 0…1 of the whole sweep. */
export const doneFraction = (state: RunState): number => {
  const planned = plannedPoints(state.spec);
  return planned === 0 ? 0 : Math.min(1, gistOf(state).points / planned);
};

/** Seconds until the end by the job's own word, counted down since it was said; of several containers, until the last. Undefined until one says so. */
export const etaSeconds = (state: RunState, time: Now): number | undefined => {
  const now = wallOf(time);
  if (!isLive(state) || state.exit !== undefined) return undefined;
  const said = state.progressOf === undefined ? [state.progress] : Object.values(state.progressOf);
  const etas = said.flatMap(progress =>
    progress?.eta_seconds === undefined ? [] : [Math.max(0, progress.eta_seconds - Math.max(0, now / 1000 - progress.time))],
  );
  return etas.length === 0 ? undefined : Math.max(...etas);
};

/** The best of a run in a few words: "hnsw 21,430 QPS @ 0.9903"; of several datasets it is said on which. */
export const bestWords = (state: RunState): string => {
  const best = bestPoint(state);
  return best === undefined ? '' : `${best.impl} ${count(best.qps)} QPS @ ${recall(best.recall)}${best.rule}${best.where}`;
};

/** "mine: crashed, other: timeout"; empty when all went well. */
export const badWords = (state: RunState): string => badVerdicts(state).map(verdictWords).join(', ');

/** Rows for what a compiler says first. */
const verdictRows = 6;

/** What went wrong with a person's own file, read whole: the compiler's first error, say. The log, one key away, has the rest. */
export const verdictLines = (state: RunState, columns: number): readonly Line[] => {
  const [first, ...more] = badVerdicts(state);
  if (first === undefined) return [];
  const head = `✗ ${verdictWords(first)}`;
  const whole = wrap(`${head}  ${first.why}`, columns);
  const cut = whole.length > verdictRows ? [...whole.slice(0, verdictRows - 1), `${whole[verdictRows - 1]} …`] : whole;
  const rows = cut.map(
    (text, n): Line => (n === 0 ? [span('danger', text.slice(0, head.length)), { text: text.slice(head.length) }] : line(text)),
  );
  const others = more.length === 0 ? '' : `  and ${more.map(verdictWords).join(', ')}`;
  const rest = dim(`${others}  l log`);
  const last = rows.at(-1) ?? [];
  if (lineWidth(last) + textWidth(rest.text) <= columns) return [...rows.slice(0, -1), [...last, rest]];
  return [...rows, ...wrap(rest.text.trim(), columns).map(text => line(dim(text)))];
};

/** One line about a run for lists. */
export const progressWords = (state: RunState, now: Now): string => {
  const planned = plannedPoints(state.spec);
  const eta = etaSeconds(state, now);
  const phase = state.phases.findLast(({ seconds }) => seconds === undefined);
  const what = phase === undefined || isPaid(state) ? standing(state).words : phase.name;
  if (state.contactLost !== undefined) return `no contact ${state.points.length}/${planned}`;
  return `${what} ${state.points.length}/${planned}${eta === undefined ? '' : `  ETA ${duration(Math.round(eta))}`}`;
};

/** "here $0 · on 32 cores · 32 GiB it would be ≈ $0.0042" */
export const costWords = (state: RunState, now: Now): string => {
  if (isPaid(state)) return spentWords(state, now);
  return `here $0 · on ${state.spec.hardware.label} it would be ≈ ${money(meter(state, now).wouldCost)}`;
};

/** Printed on the normal screen after leaving: the way back. */
export const farewellText = (runs: readonly string[]): string | undefined => {
  if (runs.length === 0) return undefined;
  const heading =
    runs.length === 1
      ? 'A run goes on without this terminal. The way back:'
      : `${runs.length} runs go on without this terminal. The way back:`;
  return [heading, ...runs.map(run => `  ann-tui attach ${run}`)].join('\n');
};

export type CostOptions = {
  /** "acme/main", when it is known. */
  readonly account?: string | undefined;
  /** Of the terminal: where they are few, the account goes first. */
  readonly columns?: number;
};

/** The top line's right side: who pays, by the hour, so far, and, where it is forecast, in the end. */
export const costLine = (
  state: RunState,
  now: Now,
  { account, columns = 80, forecast }: CostOptions & { readonly forecast?: Forecast | undefined } = {},
): LineLike => {
  if (isPaid(state)) return paidLine(state, now, columns, account, forecast);
  return [span('money', '$0'), dim(` here · ≈ ${money(meter(state, now).wouldCost)} on ${state.spec.hardware.id}`)];
};

/** The top line's right side where no run is looked at: what all of them cost now. */
export const overallCost = (
  runs: readonly RunState[],
  now: Now,
  idle: string,
  { account, columns = 80, others }: CostOptions & { readonly others?: string | undefined } = {},
): LineLike => {
  const more = others !== undefined && span('warn', `${others} · `);
  const live = runs.filter(isLive);
  const meters = live.filter(isPaid).map(state => meter(state, now));
  if (meters.length === 0) return [more, dim(`${idle}${live.length > 0 ? ` · ${live.length} running` : ''} · $0`)];
  const perHour = meters.reduce((sum, { rate: own }) => sum + own, 0);
  const billed = meters.reduce((sum, own) => sum + own.billed, 0);
  const who = columns >= (others === undefined ? 60 : 72) ? `${account ?? 'Modal'} · ` : '';
  const about = meters.some(isEstimate) ? '≈ ' : '';
  return [more, dim(`${who}${live.length} running · ${rate(perHour)} · `), span('money', `${about}${money(billed)}`)];
};

const baseline = 'naive';

/** The implementations in plotting order: the place is a series' marker and colour. The exact baseline comes last: others are compared with it. */
export const seriesOf = (state: RunState): readonly string[] =>
  seriesNames(
    state.points,
    state.spec.implementations.map(({ name }) => name).toSorted((a, b) => Number(a === baseline) - Number(b === baseline)),
  );
