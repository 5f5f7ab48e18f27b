/** Follows a run in plain lines or NDJSON until it ends. The run does not notice. */
import { setTimeout as pause } from 'node:timers/promises';
import { readMoment } from '../process/moment.ts';
import { readLines } from '../process/ndjson.ts';
import type { JournalLine, Observation } from '../runs/journal-entry.ts';
import { startSupervisor } from '../runs/start-supervisor.ts';
import type { RunState } from '../runs/state.ts';
import { isSupervised, openRun, type RunReader } from '../runs/store.ts';
import { afterWords } from '../text/after-words.ts';
import * as format from '../text/format.ts';
import { workloadOf } from '../workloads/registry.ts';
import type { Context } from './command.ts';
import { createPaced, type Output } from './output.ts';
import { phaseText } from './text/summary.ts';
import { linesOf } from './workloads.ts';

const lookEveryMs = 200;
const reviveEveryMs = 5000;
const progressEveryMs = 5000;

/** What the job says at its own end is said better by the run's result. */
const hidden = new Set(['result', 'failed', 'stopped']);

const iso = (at: number | undefined): string | undefined => (at === undefined ? undefined : new Date(at).toISOString());

/** What the target saw: a stage, a container, contact lost or back, a notice. Undefined fields are left out of JSON by itself. */
const observedRecord = (run: string, observation: Observation, at: string): object | undefined => {
  switch (observation.kind) {
    case 'stage': {
      const { stage, state, label, seconds } = observation;
      return { type: 'stage', run, stage, state, label, seconds, at: iso(observation.at) };
    }
    case 'container': {
      const { task, role, name, queuedAt, startedAt, finishedAt } = observation;
      return {
        type: 'container',
        run,
        task,
        name,
        role,
        queued_at: iso(queuedAt),
        started_at: iso(startedAt),
        finished_at: iso(finishedAt),
        at,
      };
    }
    case 'contact':
      return { type: 'contact', run, lost: observation.lost, why: observation.why, at };
    case 'notice':
      return { type: 'notice', run, text: observation.text, at };
    default:
      return undefined;
  }
};

const journalRecord = (run: string, text: string): object | undefined => {
  let line: JournalLine;
  try {
    line = JSON.parse(text) as JournalLine;
  } catch {
    return undefined;
  }
  const at = new Date(line.at).toISOString();
  switch (line.kind) {
    case 'event':
      return hidden.has(line.event.type) ? undefined : { run, ...line.event };
    case 'launching':
    case 'launched':
    case 'resumed':
      return { type: 'status', run, status: line.kind, attempt: line.attempt, at };
    case 'observed':
      return observedRecord(run, line.observation, at);
    case 'collected':
      return { type: 'collected', run, ...(line.failure && { failure: line.failure }), at };
    case 'stop_requested':
      return { type: 'status', run, status: 'stopping', reason: line.reason, at };
    default:
      return undefined;
  }
};

/** Prints journal lines as records, from `offset` bytes on. */
const createRecordPrinter = (reader: RunReader, out: Output, offset: number) => {
  let from = offset;
  return (): void => {
    for (;;) {
      const tail = readLines(reader.files.journal, from);
      if (tail.lines.length === 0) return;
      from = tail.offset;
      for (const text of tail.lines) {
        const record = journalRecord(reader.run, text);
        if (record !== undefined) out.record(record);
      }
    }
  };
};

const progressLine = (state: RunState): string | undefined => {
  const { progress } = state;
  if (progress === undefined || progress.total <= 0) return undefined;
  // What is over was told with its time; of several containers each has phases of its own.
  const open = state.progressOf === undefined ? state.phases.findLast(({ name }) => name === progress.phase) : undefined;
  if (open?.seconds !== undefined) return undefined;
  const { label, phase, done, total, unit, eta_seconds, container } = progress;
  const who = state.progressOf === undefined ? '' : `${container} `;
  const counted =
    unit === 'bytes' ? `${format.size(done)} of ${format.size(total)}` : `${format.count(done)} of ${format.count(total)} ${unit}`;
  const eta = eta_seconds === undefined ? '' : ` · ${format.duration(eta_seconds)} left`;
  const own = linesOf(state.spec).progress?.(state, readMoment()) ?? '';
  const more = own === '' ? '' : ` · ${own}`;
  return `    ${who}${phase}${label === undefined ? '' : ` ${label}`}: ${format.percent(done / total)} (${counted})${more}${eta}`;
};

/** Tells that contact with Modal was lost or is back, once each time. */
const createContactPrinter = (out: Output) => {
  let lost = false;
  return ({ contactLost }: RunState): void => {
    if ((contactLost !== undefined) === lost) return;
    lost = contactLost !== undefined;
    const why = contactLost?.why === undefined ? '' : `: ${contactLost.why}`;
    out.line(
      lost ? `  ! no contact with Modal${why}; the run goes on there, its cost is an estimate meanwhile` : '  contact with Modal again',
    );
  };
};

/** Tells containers as they start and leave; a log is read by people, so each but twice. */
const createContainerPrinter = (out: Output, first: RunState | undefined) => {
  const told = new Map<string, number>();
  const print = ({ containers = [] }: RunState, say: (text: string) => void): void => {
    for (const { task, name, startedAt, finishedAt, machine, after } of containers) {
      const turn = finishedAt !== undefined ? 2 : startedAt !== undefined && name !== undefined ? 1 : 0;
      if (turn <= (told.get(task) ?? 0)) continue;
      told.set(task, turn);
      const ran = startedAt === undefined || finishedAt === undefined ? '' : ` after ${format.duration((finishedAt - startedAt) / 1000)}`;
      const runs = ['runs', ...(machine === undefined ? [] : [`on ${machine}`]), ...(after === undefined ? [] : [afterWords(after)])];
      say(`  container ${name ?? task} ${turn === 1 ? runs.join(' ') : `left${ran}`}`);
    }
  };
  if (first !== undefined) print(first, () => {});
  return (state: RunState): void => print(state, out.line);
};

/** Prints what is new in a state since the last one. */
const createLinePrinter = (out: Output, first: RunState | undefined) => {
  let attempt = first?.attempt ?? 0;
  let begun = new Set<number>();
  let over = new Set<number>();
  let before = first;
  let warnings = first?.warnings.length ?? 0;
  let notice = first?.notices?.at(-1);
  let stopping = false;
  const paced = createPaced(out.line, progressEveryMs);
  const printContact = createContactPrinter(out);
  const printContainers = createContainerPrinter(out, first);
  return (state: RunState): void => {
    if (state.attempt !== attempt) {
      if (attempt > 0) out.line(`  attempt ${state.attempt}`);
      attempt = state.attempt;
      begun = new Set();
      over = new Set();
    }
    for (const [at, phase] of state.phases.entries()) {
      const open = phase.seconds === undefined && state.status !== 'ended';
      // A phase is told when it is over; the one under way shows by its progress. The image has none, and takes minutes.
      if (open && phase.name === 'image' && !begun.has(at))
        out.line('  image: being built (ann-tui logs RUN --image)'.replace('RUN', state.run));
      begun.add(at);
      if (open || over.has(at)) continue;
      over.add(at);
      out.line(`  ${phaseText(phase)} · ${phase.seconds === undefined ? 'not finished' : format.duration(phase.seconds)}`);
    }
    printContainers(state);
    printContact(state);
    const newest = state.notices?.at(-1);
    if (newest !== undefined && newest !== notice) out.line(`  ! ${newest}`);
    notice = newest;
    for (const warning of state.warnings.slice(warnings)) out.line(`  ! ${warning}`);
    warnings = state.warnings.length;
    for (const line of linesOf(state.spec).news(state, before)) out.line(line);
    before = state;
    if (state.status === 'stopping' && !stopping) {
      stopping = true;
      out.line(`  stopping: finished ${workloadOf(state.spec).noun.many} are kept`);
    }
    const progress = state.status === 'running' ? progressLine(state) : undefined;
    if (progress !== undefined) paced(progress);
  };
};

export type FollowOptions = {
  /** Only what comes from now on, as after a resume; else everything from the run's beginning. */
  readonly fromNow?: boolean;
  /** The attempt that must have begun before an end counts: a resumed run reads as ended until its supervisor is there. */
  readonly attempt?: number;
  /** When to look no longer, though the run goes on. */
  readonly until?: (state: RunState) => boolean;
};

/** Resolves with the state at the end, or when it was to look no longer. Throws the signal's reason when interrupted: the run goes on. */
export const followRun = async (
  run: string,
  { io, out }: Context,
  { fromNow = false, attempt = 0, until = () => false }: FollowOptions = {},
): Promise<RunState> => {
  const reader = openRun(run);
  let state = reader.refresh();
  const { statSync } = await import('node:fs');
  const printRecords = out.json ? createRecordPrinter(reader, out, fromNow ? statSync(reader.files.journal).size : 0) : () => {};
  const printLines = createLinePrinter(out, fromNow ? state : undefined);
  let lookedAt = performance.now();
  let toldWaiting = false;
  const started = lookedAt;
  for (;;) {
    state = reader.refresh();
    printRecords();
    printLines(state);
    if ((state.status === 'ended' && state.attempt >= attempt) || until(state)) return state;
    if (performance.now() - lookedAt > reviveEveryMs) {
      lookedAt = performance.now();
      if (!isSupervised(run)) startSupervisor(run);
    }
    if (!toldWaiting && state.status === 'created' && performance.now() - started > 15_000) {
      toldWaiting = true;
      out.note(`${run} has not begun yet; its supervisor writes to ${reader.files.supervisorLog}`);
    }
    await pause(lookEveryMs, undefined, { signal: io.signal }).catch(() => io.signal.throwIfAborted());
  }
};
