/** What screens say about a run, from its state. Pure. */
import { shortFleet } from '../../src/metering/fleet-words.ts';
import type { Forecast } from '../../src/metering/forecast.ts';
import { isEstimate, meter } from '../../src/metering/meter.ts';
import { type Now, wallOf } from '../../src/metering/plane-clock.ts';
import type { RunState } from '../../src/runs/state.ts';
import { duration, money, rate } from '../../src/text/format.ts';
import { unitsOf, workloadOf } from '../../src/workloads/registry.ts';
import { stageOf, stageWords } from '../app/stages.ts';
import { dim, type LineLike, span } from '../app/text.ts';
import type { Role } from '../app/theme.ts';
import { paidLine, spentWords } from './money-lines.ts';

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
  const names = [
    ...new Set(
      workloadOf(state.spec)
        .bad(state)
        .map(({ name }) => name),
    ),
  ];
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
      return badWords(state) !== ''
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
  return `modal ${shortFleet(spec)}`;
};

/** "bench hnsw, naive on quick" */
export const titleOf = (state: RunState): string => `${state.spec.kind} ${workloadOf(state.spec).title(state.spec)}`;

export const elapsedSeconds = (state: RunState, now: Now): number => meter(state, now).seconds;

/** 0…1 of the whole run. */
export const doneFraction = (state: RunState): number => {
  const { done, total } = unitsOf(state);
  return total === 0 ? 0 : Math.min(1, done / total);
};

/** Seconds until the end by the job's own word, counted down since it was said; of several containers, until the last. Undefined until one says so. */
export const etaSeconds = (state: RunState, time: Now): number | undefined => {
  const now = wallOf(time);
  if (!isLive(state) || state.exit !== undefined) return undefined;
  const said = state.progressOf === undefined ? [state.progress] : Object.values(state.progressOf);
  const etas = said.flatMap(progress =>
    progress?.job_eta_seconds === undefined ? [] : [Math.max(0, progress.job_eta_seconds - Math.max(0, now / 1000 - progress.time))],
  );
  return etas.length === 0 ? undefined : Math.max(...etas);
};

/** What came out, in a few words; empty before there is anything. */
export const bestWords = (state: RunState): string => workloadOf(state.spec).headline(state);

/** "mine: crashed, other: timeout"; empty when all went well. */
export const badWords = (state: RunState): string =>
  workloadOf(state.spec)
    .bad(state)
    .map(({ words }) => words)
    .join(', ');
/** One line about a run for lists. */
export const progressWords = (state: RunState, now: Now): string => {
  const { done, total } = unitsOf(state);
  const eta = etaSeconds(state, now);
  const phase = state.phases.findLast(({ seconds }) => seconds === undefined);
  const what = phase === undefined || isPaid(state) ? standing(state).words : phase.name;
  if (state.contactLost !== undefined) return `no contact ${done}/${total}`;
  return `${what} ${done}/${total}${eta === undefined ? '' : `  ETA ${duration(Math.round(eta))}`}`;
};

/** "here $0 · on 32 cores · 32 GiB it would be ≈ $0.0042"; "here $0" of work that is another's on a GPU. */
export const costWords = (state: RunState, now: Now): string => {
  if (isPaid(state)) return spentWords(state, now);
  const { wouldCost } = meter(state, now);
  return `here $0${wouldCost === undefined ? '' : ` · on ${state.spec.hardware.label} it would be ≈ ${money(wouldCost)}`}`;
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
  const { wouldCost } = meter(state, now);
  return [span('money', '$0'), dim(` here${wouldCost === undefined ? '' : ` · ≈ ${money(wouldCost)} on ${state.spec.hardware.id}`}`)];
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
