/** Follows a run in plain lines or NDJSON until it ends. The run does not notice. */
import { setTimeout as pause } from 'node:timers/promises';
import * as format from '../money/format.ts';
import { readLines } from '../process/ndjson.ts';
import type { JournalLine } from '../runs/journal-entry.ts';
import { startSupervisor } from '../runs/start-supervisor.ts';
import type { RunState } from '../runs/state.ts';
import { isSupervised, openRun, type RunReader } from '../runs/store.ts';
import type { Context } from './command.ts';
import { createPaced, type Output } from './output.ts';
import { phaseText, pointLine } from './summary.ts';

const lookEveryMs = 200;
const reviveEveryMs = 5000;
const progressEveryMs = 5000;

/** What the job says at its own end is said better by the run's result. */
const hidden = new Set(['result', 'failed', 'stopped']);

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

const progressLine = ({ progress }: RunState): string | undefined => {
  if (progress === undefined || progress.total <= 0) return undefined;
  const { label, phase, done, total, unit, eta_seconds } = progress;
  const counted =
    unit === 'bytes' ? `${format.size(done)} of ${format.size(total)}` : `${format.count(done)} of ${format.count(total)} ${unit}`;
  const eta = eta_seconds === undefined ? '' : ` · ${format.duration(eta_seconds)} left`;
  return `    ${phase}${label === undefined ? '' : ` ${label}`}: ${format.percent(done / total)} (${counted})${eta}`;
};

/** Prints what is new in a state since the last one. */
const createLinePrinter = (out: Output, first: RunState | undefined) => {
  let attempt = first?.attempt ?? 0;
  let phases = 0;
  let points = first?.points.length ?? 0;
  let warnings = first?.warnings.length ?? 0;
  let stopping = false;
  const paced = createPaced(out.line, progressEveryMs);
  return (state: RunState): void => {
    if (state.attempt !== attempt) {
      if (attempt > 0) out.line(`  attempt ${state.attempt}`);
      attempt = state.attempt;
      phases = 0;
    }
    for (const phase of state.phases.slice(phases)) {
      // A phase is told when it is over, in order; the one under way shows by its progress.
      if (phase.seconds === undefined && state.status !== 'ended') break;
      phases += 1;
      const took = phase.seconds === undefined ? 'not finished' : format.duration(phase.seconds);
      out.line(`  ${phaseText(phase)} · ${took}`);
    }
    for (const warning of state.warnings.slice(warnings)) out.line(`  ! ${warning}`);
    warnings = state.warnings.length;
    for (const point of state.points.slice(points)) out.line(pointLine(point));
    points = state.points.length;
    if (state.status === 'stopping' && !stopping) {
      stopping = true;
      out.line('  stopping: finished points are kept');
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
};

/** Resolves with the state at the end. Throws the signal's reason when interrupted: the run goes on. */
export const followRun = async (
  run: string,
  { io, out }: Context,
  { fromNow = false, attempt = 0 }: FollowOptions = {},
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
    if (state.status === 'ended' && state.attempt >= attempt) return state;
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
