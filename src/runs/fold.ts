/** From journal lines to the state of a run: pure, total, and the same whether lines come at once, one by one, or twice. */

import type { JobEvent, PhaseEvent, ProgressEvent } from '../events/event.ts';
import { toldFailure } from '../events/told.ts';
import { withProgress } from '../metering/forecast.ts';
import { laterClock } from '../metering/plane-clock.ts';
import { withoutCopies } from '../user-code/copy-names.ts';
import { workloadOf } from '../workloads/registry.ts';
import type { WorkloadEvent } from '../workloads/workload.ts';
import { judgeLine } from './journal-check.ts';
import type { JournalLine, Observation } from './journal-entry.ts';
import type { Spec } from './spec.ts';
import type { ContainerState, PhaseState, RunState } from './state.ts';

/** A job that warns without end must not grow the state without end. */
const warningsKept = 100;
const noticesKept = 50;

const withPhase = (
  phases: readonly PhaseState[],
  { phase: name, state, label, seconds, time }: Pick<PhaseEvent, 'phase' | 'state' | 'label' | 'seconds' | 'time'>,
): readonly PhaseState[] => {
  const startedAt = time * 1000;
  if (state === 'start') return [...phases, label === undefined ? { name, startedAt } : { name, label, startedAt }];
  const at = phases.findLastIndex(
    phase =>
      phase.name === name && phase.seconds === undefined && (label === undefined || phase.label === undefined || phase.label === label),
  );
  const open = phases[at];
  if (open !== undefined) return phases.with(at, { ...open, seconds: seconds ?? time - open.startedAt / 1000 });
  const whole = { name, startedAt: startedAt - (seconds ?? 0) * 1000, seconds: seconds ?? 0 };
  return [...phases, label === undefined ? whole : { ...whole, label }];
};

const withWarning = (warnings: readonly string[], message: string): readonly string[] =>
  warnings.includes(message) || warnings.length >= warningsKept ? warnings : [...warnings, message];

/** Of a single container the newest progress says it all. */
const progressByContainer = ({ progress, progressOf }: RunState, event: ProgressEvent): Pick<RunState, 'progressOf'> => {
  if (progressOf !== undefined) return { progressOf: { ...progressOf, [event.container]: event } };
  if (progress === undefined || progress.container === event.container) return {};
  return { progressOf: { [progress.container]: progress, [event.container]: event } };
};

/** Of two words about when something began, the earlier one is right: the later only heard of it later. */
const earlier = (known: number | undefined, said: number | undefined): number | undefined =>
  known === undefined || said === undefined ? (said ?? known) : Math.min(known, said);

export type ContainerSaid = Partial<Omit<ContainerState, 'task' | 'attempt'>>;

/** What is known of a container after one more word about it. */
export const withWord = <T extends ContainerSaid>(known: T, said: ContainerSaid): T => {
  const [queuedAt, assignedAt] = [earlier(known.queuedAt, said.queuedAt), earlier(known.assignedAt, said.assignedAt)];
  return { ...known, ...said, ...(queuedAt !== undefined && { queuedAt }), ...(assignedAt !== undefined && { assignedAt }) };
};

const withContainer = (state: RunState, seen: Observation & { readonly kind: 'container' }): RunState => {
  const { kind, ...said } = seen;
  const { containers = [], attempt } = state;
  const at = containers.findIndex(({ task }) => task === said.task);
  const known: ContainerState = containers[at] ?? { task: said.task, attempt };
  const next = withWord(known, said);
  return { ...state, containers: at < 0 ? [...containers, next] : containers.with(at, next) };
};

const withStage = (state: RunState, stage: Observation & { readonly kind: 'stage' }): RunState => {
  const { stage: phase, state: turn, label, at, seconds } = stage;
  const known = turn === 'start' && state.phases.some(({ name, seconds: over }) => name === phase && over === undefined);
  // A new supervisor may see the beginning of a stage again.
  if (known) return state;
  const event = { phase, state: turn, time: at / 1000, ...(label !== undefined && { label }), ...(seconds !== undefined && { seconds }) };
  return { ...state, phases: withPhase(state.phases, event) };
};

const observe = (state: RunState, observation: Observation, at: number): RunState => {
  switch (observation.kind) {
    case 'stage':
      return withStage(state, observation);
    case 'container':
      return withContainer(state, observation);
    case 'clock': {
      const { plane, uptime, boot } = observation;
      return { ...state, planeClock: laterClock(state.planeClock, { plane, uptime, boot }) };
    }
    case 'contact': {
      const { contactLost, ...rest } = state;
      if (!observation.lost) return rest;
      const since = contactLost?.since ?? at;
      return { ...rest, contactLost: observation.why === undefined ? { since } : { since, why: observation.why } };
    }
    case 'notice': {
      const { notices = [] } = state;
      return notices.at(-1) === observation.text ? state : { ...state, notices: [...notices, observation.text].slice(-noticesKept) };
    }
    default:
      // A kind of a newer journal.
      return state;
  }
};

const applyEvent = (state: RunState, event: JobEvent): RunState => {
  switch (event.type) {
    case 'started':
      return { ...state, machine: event.machine };
    case 'phase':
      return { ...state, phases: withPhase(state.phases, event) };
    case 'progress':
      return { ...state, progress: event, paces: withProgress(state.paces, event), ...progressByContainer(state, event) };
    case 'container':
      return withContainer(state, {
        kind: 'container',
        task: event.task,
        role: event.role,
        name: event.container,
        ...(event.machine !== undefined && { machine: event.machine }),
        ...(event.after !== undefined && { after: event.after }),
      });
    case 'warning':
      return { ...state, warnings: withWarning(state.warnings, withoutCopies(event.message)) };
    case 'result': {
      const { seconds, file } = event;
      return { ...state, jobResult: file === undefined ? { seconds } : { seconds, file } };
    }
    case 'failed': {
      const { what, hint, resume } = event;
      const told = toldFailure({ what, why: withoutCopies(event.why), hint });
      return { ...state, jobFailure: resume === true ? { ...told, hint: `ann-tui resume ${state.run}` } : told };
    }
    case 'stopped':
      return state;
    default: {
      const { results } = workloadOf(state.spec);
      return { ...state, results: results.fold(state.results, event as WorkloadEvent) };
    }
  }
};

/** Between its first and its last word a container worked; of those that had a name one after another it was the newest. */
const withWorked = (state: RunState, { container, time }: JobEvent): RunState => {
  const { containers = [] } = state;
  const at = containers.findLastIndex(({ name }) => name === container);
  const known = containers[at];
  if (known === undefined) return state;
  const workedUntil = time * 1000;
  return { ...state, containers: containers.with(at, { ...known, workedFrom: known.workedFrom ?? workedUntil, workedUntil }) };
};

/** A container's numbers grow; one seen before is a repeat, one skipped is missing. */
const foldEvent = (state: RunState, event: JobEvent): RunState => {
  const { container, seq } = event;
  const last = Object.hasOwn(state.lastSeq, container) ? (state.lastSeq[container] as number) : 0;
  if (seq <= last) return state;
  const counted = { ...state, lastSeq: { ...state.lastSeq, [container]: seq }, missingEvents: state.missingEvents + (seq - last - 1) };
  return withWorked(applyEvent(counted, event), event);
};

const settled = (spec: Spec, results: unknown): unknown => workloadOf(spec).results.settled(results);

/** What outlives an attempt; everything else belongs to the attempt that is over. */
const nextAttempt = (state: RunState, attempt: number): RunState => {
  const {
    run,
    spec,
    createdAt,
    machine,
    results,
    warnings,
    lastSeq,
    missingEvents,
    badEvents,
    eventsOffset,
    lastLine,
    tornLines,
    containers,
    planeClock,
    budget,
    overBudget,
    notices,
  } = state;
  const ran = state.launchedAt === undefined || state.endedAt === undefined ? 0 : Math.max(0, state.endedAt - state.launchedAt);
  return {
    run,
    spec,
    status: 'launching',
    attempt,
    createdAt,
    ranBefore: state.ranBefore + ran,
    phases: [],
    results: settled(state.spec, results),
    ...(overBudget && { overBudget }),
    warnings,
    // A container's numbers go on where the earlier attempt left them.
    lastSeq,
    missingEvents,
    badEvents,
    ...(machine && { machine }),
    ...(eventsOffset !== undefined && { eventsOffset }),
    ...(lastLine !== undefined && { lastLine }),
    ...(tornLines !== undefined && { tornLines }),
    // Their time was billed, whichever attempt it was.
    ...(containers && { containers }),
    ...(planeClock && { planeClock }),
    ...(budget !== undefined && { budget }),
    ...(notices && { notices }),
  };
};

const created = (line: JournalLine & { kind: 'created' }): RunState => ({
  run: line.run,
  spec: line.spec,
  status: 'created',
  attempt: 0,
  createdAt: line.at,
  ranBefore: 0,
  phases: [],
  results: workloadOf(line.spec).results.empty,
  warnings: [],
  lastSeq: {},
  missingEvents: 0,
  badEvents: 0,
});

const atOffset = (state: RunState, next: number | undefined): RunState => (next === undefined ? state : { ...state, eventsOffset: next });

const foldKnown = (state: RunState, line: JournalLine): RunState => {
  switch (line.kind) {
    case 'launching': {
      if (line.attempt < state.attempt) return state;
      const fresh = line.attempt > state.attempt ? nextAttempt(state, line.attempt) : state;
      return { ...fresh, status: fresh.status === 'stopping' ? 'stopping' : 'launching', launchedAt: line.at };
    }
    case 'launched':
      if (line.attempt !== state.attempt) return state;
      return { ...state, status: state.status === 'stopping' ? 'stopping' : 'running', handle: line.handle };
    case 'event':
      return line.attempt === state.attempt ? foldEvent(atOffset(state, line.next), line.event) : state;
    case 'bad_event':
      return { ...atOffset(state, line.next), badEvents: state.badEvents + 1 };
    case 'observed':
      return line.attempt === state.attempt ? observe(state, line.observation, line.at) : state;
    case 'stop_requested':
      return state.status === 'ended' ? state : { ...state, status: 'stopping', stopReason: state.stopReason ?? line.reason };
    case 'budget_set':
      return Number.isFinite(line.dollars) && line.dollars > 0 ? { ...state, budget: line.dollars } : state;
    case 'exited': {
      if (line.attempt !== state.attempt) return state;
      const { code, signal, lost, failure } = line;
      return {
        ...state,
        results: settled(state.spec, state.results),
        exit: { code, signal, lost, ...(failure && { failure }) },
        endedAt: line.jobAt ?? line.at,
      };
    }
    case 'collected':
      if (line.attempt !== state.attempt) return state;
      return { ...state, collected: line.failure === undefined ? {} : { failure: line.failure } };
    case 'ended': {
      const { outcome, exitCode, failure } = line;
      return { ...state, status: 'ended', outcome, exitCode, endedAt: state.endedAt ?? line.at, ...(failure && { failure }) };
    }
    case 'resumed': {
      if (line.attempt <= state.attempt) return state;
      const next = nextAttempt(state, line.attempt);
      return line.overBudget === true ? { ...next, overBudget: true } : next;
    }
    default:
      // `supervised` says nothing about the job; a kind of a newer journal is passed over.
      return state;
  }
};

/** A line that is taken for torn: counted, nothing else. */
const torn = (state: RunState): RunState => ({ ...state, tornLines: (state.tornLines ?? 0) + 1 });

const next = (state: RunState, line: JournalLine): RunState => {
  const { ahead, ...rest } = state;
  return { ...foldKnown(ahead === undefined ? state : torn(rest), line), lastLine: line.n };
};

/**
 * One more line. Undefined until the run's `created` line was seen. A line whose number jumps waits: when the next one follows it, lines are
 * missing in between and both are taken; when the numbers go on where they were, it was as good as torn.
 */
export const fold = (state: RunState | undefined, line: JournalLine): RunState | undefined => {
  if (state === undefined) return line.kind === 'created' && line.n === 1 ? { ...created(line), lastLine: line.n } : undefined;
  const { lastLine = 0, ahead } = state;
  if (line.n <= lastLine) return state;
  if (line.n === lastLine + 1) return next(state, line);
  if (ahead !== undefined && line.n === ahead.n + 1) {
    const { ahead: waited, ...rest } = state;
    return next(next(rest, ahead), line);
  }
  if (ahead?.n === line.n) return state;
  return { ...(ahead === undefined ? state : torn(state)), ahead: line };
};

/** One more line as it stands on disk. A torn one is counted and changes nothing else; never throws. */
export const foldText = (state: RunState | undefined, text: string): RunState | undefined => {
  const judged = judgeLine(text);
  if (judged.verdict === 'ok') return fold(state, judged.line);
  if (state === undefined) return undefined;
  return judged.verdict === 'newer' ? { ...state, newerVersion: judged.version } : torn(state);
};

export const foldLines = (lines: readonly string[], state?: RunState): RunState | undefined => lines.reduce(foldText, state);
