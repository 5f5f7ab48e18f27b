/** What screens say about a run, from its state. Pure. */
import { count, duration, money, recall } from '../src/money/format.ts';
import { meter } from '../src/money/meter.ts';
import { plannedPoints, specTitle } from '../src/runs/spec.ts';
import type { RunState } from '../src/runs/state.ts';
import { badVerdicts, verdictWords } from '../src/runs/verdicts.ts';
import { seriesNames } from './components/plot/plot.ts';
import { dim, type LineLike, span } from './text.ts';
import { meterRole, type Role } from './theme.ts';

export const isLive = ({ status }: RunState): boolean => status !== 'ended';

/** A mark and words for how a run stands. */
export const standing = (state: RunState): { readonly mark: string; readonly role: Role; readonly words: string } => {
  if (state.status !== 'ended') {
    const words = { created: 'about to start', launching: 'starting', running: 'running', stopping: 'stopping' }[state.status];
    return { mark: '●', role: 'accent', words };
  }
  switch (state.outcome) {
    case 'done':
      return badVerdicts(state).length > 0 ? { mark: '!', role: 'warn', words: 'done' } : { mark: '✓', role: 'ok', words: 'done' };
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

export const placeOf = (state: RunState): string => (state.spec.target === 'local' ? 'this machine' : `modal ${state.spec.hardware.label}`);

/** "bench hnsw, naive on quick" */
export const titleOf = (state: RunState): string => `${state.spec.kind} ${specTitle(state.spec)}`;

export const elapsedSeconds = (state: RunState, now: number): number => meter(state, now).seconds;

/** 0…1 of the whole sweep. */
export const doneFraction = (state: RunState): number => {
  const planned = plannedPoints(state.spec);
  return planned === 0 ? 0 : Math.min(1, state.points.length / planned);
};

/** Seconds until the end by the job's own word, counted down since it was said. Undefined until it says so. */
export const etaSeconds = (state: RunState, now: number): number | undefined => {
  const { progress } = state;
  if (!isLive(state) || progress?.eta_seconds === undefined) return undefined;
  return Math.max(0, progress.eta_seconds - Math.max(0, now / 1000 - progress.time));
};

/** The best of a run in a few words: "hnsw 21,430 QPS @ 0.9903". */
export const bestWords = (state: RunState): string => {
  const good = state.points.filter(point => point.recall >= 0.9);
  const best = (good.length > 0 ? good : state.points).toSorted((a, b) => b.qps - a.qps)[0];
  return best === undefined ? '' : `${best.impl} ${count(best.qps)} QPS @ ${recall(best.recall)}`;
};

/** "mine: crashed, other: timeout"; empty when all went well. */
export const badWords = (state: RunState): string => badVerdicts(state).map(verdictWords).join(', ');

/** What went wrong with a person's own file, on one line, the log one key away. */
export const verdictLine = (state: RunState): LineLike | undefined => {
  const [first, ...more] = badVerdicts(state);
  if (first === undefined) return undefined;
  const others = more.length === 0 ? '' : `  and ${more.map(verdictWords).join(', ')}`;
  return [span('warn', `! ${verdictWords(first)}`), `  ${first.why}`, dim(`${others}  l log`)];
};

/** One line about a run for lists. */
export const progressWords = (state: RunState, now: number): string => {
  const planned = plannedPoints(state.spec);
  const eta = etaSeconds(state, now);
  const phase = state.phases.findLast(({ seconds }) => seconds === undefined);
  const what = phase === undefined ? standing(state).words : phase.name;
  return `${what} ${state.points.length}/${planned}${eta === undefined ? '' : `  ETA ${duration(Math.round(eta))}`}`;
};

/** "here $0 · on 32 cores · 32 GiB it would be ≈ $0.0042" */
export const costWords = (state: RunState, now: number): string => {
  const { billed, wouldCost } = meter(state, now);
  const { label } = state.spec.hardware;
  return state.spec.target === 'local' ? `here $0 · on ${label} it would be ≈ ${money(wouldCost)}` : `${money(billed)} est. on ${label}`;
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

/** The top line's right side, the short form of `costWords`. */
export const costLine = (state: RunState, now: number): LineLike => {
  const { billed, wouldCost } = meter(state, now);
  const { hardware, budget } = state.spec;
  if (state.spec.target === 'local') return [span('money', '$0'), dim(` here · ≈ ${money(wouldCost)} on ${hardware.id}`)];
  const spent = budget === null ? money(billed) : `${money(billed)} of ${money(budget)}`;
  return [dim(`${hardware.label} · `), span(meterRole(billed, budget), spent)];
};

const baseline = 'naive';

/** The implementations in plotting order: the place is a series' marker and colour. The exact baseline comes last: others are compared with it. */
export const seriesOf = (state: RunState): readonly string[] =>
  seriesNames(
    state.points,
    state.spec.implementations.map(({ name }) => name).toSorted((a, b) => Number(a === baseline) - Number(b === baseline)),
  );
