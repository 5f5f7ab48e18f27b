/**
 * The one process that drives a run: launches, follows, stops, and writes the journal. Every step is in the journal before or after it
 * such that a supervisor killed between any two of them is followed by one that goes on without starting a second job.
 */
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { toFailure, UserError } from '../errors.ts';
import { type JobEvent, parseLine } from '../events/event.ts';
import { bootId, ownIdentity } from '../process/identity.ts';
import { acquireLock, type Lock } from '../process/lock.ts';
import type { Launched, Target } from '../targets/target.ts';
import { type RunFiles, runFiles } from './files.ts';
import { dropIntent, pendingIntents } from './intents.ts';
import { type Journal, openJournal } from './journal.ts';
import type { JournalEntry } from './journal-entry.ts';
import type { Spec } from './spec.ts';
import type { RunState } from './state.ts';
import { stopReasons, verdict } from './verdict.ts';

export type SuperviseOptions = {
  readonly targetFor: (spec: Spec) => Target;
  /** Milliseconds between two looks at the job. */
  readonly poll?: number;
  /** Milliseconds between asking the job to leave and ending it. */
  readonly grace?: number;
  /** Called before and after each step, by name: a test dies here. */
  readonly step?: (name: string) => void;
};

/** Snapshots spare readers the beginning of the journal; once a second is often enough. */
const snapshotEvery = 1000;
/** Reads of the event file before intents are looked at again: a job that never stops talking can still be stopped. */
const readsPerLook = 8;

const createSupervisor = (
  files: RunFiles,
  journal: Journal,
  target: Target,
  { poll = 200, grace = 10_000, step = () => {} }: SuperviseOptions,
) => {
  let snapshotAt = 0;
  let stopAskedAt: number | undefined;
  let forced = false;
  /** Bytes of the job's event file that this supervisor has read. */
  let eventsFrom: number | undefined;

  const append = (entry: JournalEntry): void => {
    step(`before ${entry.kind}`);
    journal.append(entry);
    step(`after ${entry.kind}`);
  };

  const snapshot = (): void => {
    try {
      journal.writeSnapshot();
      snapshotAt = performance.now();
    } catch {
      // Only a convenience for readers; the journal has everything.
    }
  };

  /** Journals what the job said since; true when there may be more. */
  const followOnce = async (): Promise<boolean> => {
    const { attempt, eventsOffset = 0 } = journal.state();
    const { lines, offset } = await target.follow(files.folder, eventsFrom ?? eventsOffset);
    eventsFrom = offset;
    const parsed = lines.map(parseLine);
    const last = parsed.findLastIndex(({ verdict: kind }) => kind === 'ok' || kind === 'bad');
    parsed.forEach((line, index) => {
      // Only the last one knows for sure where the next begins; a crash before it sees the others again, and numbers tell.
      const next = index === last ? { next: offset } : {};
      if (line.verdict === 'ok' && isNew(line.event)) append({ kind: 'event', attempt, event: line.event, ...next });
      if (line.verdict === 'bad') append({ kind: 'bad_event', attempt, field: line.at, ...next });
    });
    return lines.length > 0;
  };

  const isNew = ({ container, seq }: JobEvent): boolean => {
    const { lastSeq } = journal.state();
    return !Object.hasOwn(lastSeq, container) || seq > (lastSeq[container] as number);
  };

  const requestStop = (reason: string): void => {
    if (journal.state().stopReason === undefined) append({ kind: 'stop_requested', reason });
  };

  const heedIntents = async (): Promise<void> => {
    const { handle } = journal.state();
    for (const { file, wish } of pendingIntents(files.intents)) {
      if (wish.intent === 'stop') {
        requestStop(stopReasons.person);
        if (wish.force && handle !== undefined) await target.stop(handle, true);
      }
      step(`before drop ${wish.intent}`);
      dropIntent(file);
    }
  };

  /** A resume asked for after the run had ended; older stops were meant for the attempt that is over. */
  const heedResume = (): boolean => {
    let resumed = false;
    for (const { file, wish } of pendingIntents(files.intents)) {
      const { outcome, attempt } = journal.state();
      if (wish.intent === 'stop' && resumed) break;
      if (wish.intent === 'resume' && !resumed && outcome !== 'done') {
        append({ kind: 'resumed', attempt: attempt + 1 });
        resumed = true;
      }
      step(`before drop ${wish.intent}`);
      dropIntent(file);
    }
    if (resumed) {
      stopAskedAt = undefined;
      forced = false;
    }
    return resumed;
  };

  const end = (entry: JournalEntry & { readonly kind: 'ended' }): void => {
    append(entry);
    snapshot();
  };

  const launch = async (attempt: number): Promise<Launched | undefined> => {
    const { spec } = journal.state();
    try {
      step('before launch');
      const launched = await target.launch(spec, files.folder, attempt);
      step('after launch');
      return launched;
    } catch (error) {
      end({ kind: 'ended', outcome: 'failed', exitCode: error instanceof UserError ? error.exitCode : 1, failure: toFailure(error) });
      return undefined;
    }
  };

  /** Brings the attempt to a known handle; false when the run ended instead. */
  const begin = async (): Promise<boolean> => {
    const { spec, handle, launchedAt, stopReason } = journal.state();
    if (handle !== undefined) return true;
    const attempt = Math.max(1, journal.state().attempt);
    if (launchedAt === undefined) {
      if (stopReason !== undefined) {
        end(verdict(journal.state(), bootId));
        return false;
      }
      const failure = await target.check(spec);
      if (failure !== undefined) {
        end({ kind: 'ended', outcome: 'failed', exitCode: 1, failure });
        return false;
      }
      append({ kind: 'launching', attempt });
    }
    // Someone before us may have got further than the journal says.
    const launched = (launchedAt === undefined ? undefined : await target.find(files.folder, attempt)) ?? (await launch(attempt));
    if (launched === undefined) return false;
    append({ kind: 'launched', attempt, handle: launched.handle });
    snapshot();
    return true;
  };

  const enforceLimits = async (state: RunState): Promise<void> => {
    const { handle, launchedAt, spec, stopReason } = state;
    if (handle === undefined || launchedAt === undefined) return;
    if (stopReason === undefined) {
      if (spec.timeout !== null && Date.now() - launchedAt > spec.timeout * 1000) requestStop(stopReasons.timeout);
      return;
    }
    if (stopAskedAt === undefined) {
      stopAskedAt = performance.now();
      step('before stop');
      await target.stop(handle, false);
    } else if (!forced && performance.now() - stopAskedAt > grace) {
      forced = true;
      step('before force');
      await target.stop(handle, true);
    }
  };

  const drain = async (): Promise<void> => {
    while (await followOnce());
  };

  /** From a known handle to the job's end. */
  const follow = async (): Promise<void> => {
    let seenRunning = false;
    for (;;) {
      const { attempt, handle } = journal.state();
      if (handle === undefined) throw new Error('An attempt without a handle cannot be followed');
      // Asked before the events are read: what a job wrote before it ended is then all there.
      const status = await target.status(files.folder, attempt, handle);
      if (status.state !== 'running') {
        if (status.state === 'lost') {
          await target.stop(handle, true);
          await sleep(poll);
        }
        await drain();
        const { code, signal } = status.state === 'exited' ? status : { code: null, signal: null };
        // Of a job that went while nobody watched, its last sign of life is the better guess.
        const jobAt = status.state === 'lost' && seenRunning ? undefined : status.at;
        append({ kind: 'exited', attempt, code, signal, lost: status.state === 'lost', ...(jobAt !== undefined && { jobAt }) });
        return;
      }
      seenRunning = true;
      for (let reads = 0; reads < readsPerLook && (await followOnce()); reads += 1);
      await heedIntents();
      await enforceLimits(journal.state());
      if (performance.now() - snapshotAt > snapshotEvery) snapshot();
      await sleep(poll);
    }
  };

  /** Until the run has ended and nobody wants it resumed. */
  return async (): Promise<void> => {
    for (;;) {
      if (journal.state().status === 'ended') {
        if (!heedResume()) return;
        continue;
      }
      if (journal.state().handle === undefined) await heedIntents();
      if (journal.state().exit === undefined) {
        if (!(await begin())) continue;
        await follow();
      }
      end(verdict(journal.state(), bootId));
    }
  };
};

/** Takes the lock of a run that is there; undefined when the run is gone or a living supervisor has it. */
const lockRun = (files: RunFiles): Lock | undefined => {
  if (!existsSync(files.journal)) return undefined;
  try {
    const acquired = acquireLock(files.owner);
    return 'lock' in acquired ? acquired.lock : undefined;
  } catch (error) {
    if (!existsSync(files.journal)) return undefined;
    throw error;
  }
};

const drive = async (files: RunFiles, journal: Journal, recovered: boolean, options: SuperviseOptions): Promise<void> => {
  if (journal.state().status === 'ended' && pendingIntents(files.intents).length === 0) return;
  journal.append({ kind: 'supervised', by: ownIdentity(), recovered });
  await createSupervisor(files, journal, options.targetFor(journal.state().spec), options)();
};

/**
 * Drives `run` to its end. Returns when there is nothing left to do for it; at once when a living supervisor has it or when there is no
 * such run. Throws when the journal cannot be written: the job then runs on, and the next supervisor takes it up.
 */
export const supervise = async (run: string, options: SuperviseOptions): Promise<void> => {
  const files = runFiles(run);
  do {
    const lock = lockRun(files);
    if (lock === undefined) return;
    try {
      const journal = openJournal(files);
      if (journal === undefined) return;
      try {
        await drive(files, journal, lock.inherited, options);
      } finally {
        journal.close();
      }
    } finally {
      lock.release();
    }
    // A resume that came after the last look found the lock still held, and its own supervisor left: it is ours to heed.
  } while (pendingIntents(files.intents).length > 0);
};
