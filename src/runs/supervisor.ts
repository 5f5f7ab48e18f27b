/**
 * The one process that drives a run: launches, follows, stops, and writes the journal. Every step is in the journal before or after it
 * such that a supervisor killed between any two of them is followed by one that goes on without starting a second job.
 */
import { existsSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { exitCodes, toFailure, UserError } from '../errors/errors.ts';
import type { Failure } from '../errors/failure.ts';
import { judgeBudget, leaveSeconds } from '../metering/budget.ts';
import { budgetOf, meter } from '../metering/meter.ts';
import { isClockNews } from '../metering/plane-clock.ts';
import { bootsSeen } from '../metering/start-times.ts';
import { bootId, ownIdentity } from '../process/identity.ts';
import { acquireLock, type Lock } from '../process/lock.ts';
import { readMoment } from '../process/moment.ts';
import { freeBytes, isFull, reserveRoom } from '../process/room.ts';
import type { Launched, LaunchMoney, LaunchOptions, Target } from '../targets/target.ts';
import { size } from '../text/format.ts';
import { createBudgetTeller } from './budget-teller.ts';
import { type RunFiles, runFiles } from './files.ts';
import { withWord } from './fold.ts';
import { dropIntent, pendingIntents } from './intents.ts';
import { createEventReader } from './job-events.ts';
import { type Journal, openJournal } from './journal.ts';
import type { JournalEntry, Observation } from './journal-entry.ts';
import { runNeeds } from './room.ts';
import { stopReasons, verdict } from './run-end.ts';
import type { Spec } from './spec.ts';
import type { ContainerState, RunState } from './state.ts';
import { createStopping } from './stopping.ts';
import { listRuns } from './store.ts';

export type SuperviseOptions = {
  readonly targetFor: (spec: Spec) => Target | Promise<Target>;
  /** Milliseconds between two looks at the job. */
  readonly poll?: number;
  /** Milliseconds between asking the job to leave and ending it. */
  readonly grace?: number;
  /** Called before and after each step, by name: a test dies here. */
  readonly step?: (name: string) => void;
  /** Milliseconds: the first pause after the journal could not be written for want of room; each further one is twice as long. */
  readonly fullPause?: number;
};

/** Snapshots spare readers the beginning of the journal; once a second is often enough. */
const snapshotEvery = 1000;
/** Reads of the event file before intents are looked at again: a job that never stops talking can still be stopped. */
const readsPerLook = 8;

/** Milliseconds between two tries to bring results home over a broken way. */
const collectEvery = 2000;

const notCollected: Failure = {
  what: 'The results were not brought here',
  why: 'a person stopped the run while Modal could not be reached',
  kept: 'they are on the results volume',
};

/** Whether the journal would learn anything. */
const isNews = (state: RunState, observation: Observation): boolean => {
  if (observation.kind === 'contact') return observation.lost !== (state.contactLost !== undefined);
  if (observation.kind === 'clock') return isClockNews(state.planeClock, observation);
  if (observation.kind !== 'container') return true;
  const { kind, ...said } = observation;
  const known = state.containers?.find(({ task }) => task === said.task);
  if (known === undefined) return true;
  return Object.entries(withWord(known, said)).some(([name, value]) => known[name as keyof ContainerState] !== value);
};

/** What an attempt is launched with: all that was billed so far counts. */
const moneyOf = (state: RunState): LaunchMoney | undefined =>
  state.spec.target === 'modal'
    ? {
        spent: meter(state, readMoment()).billed,
        budget: state.budget,
        boots: bootsSeen(listRuns(), state.spec),
        overBudget: state.overBudget === true,
        earlier: state.containers ?? [],
      }
    : undefined;

/** Somebody removed the run's folder while it was driven. */
class RunGone extends Error {
  constructor(folder: string) {
    super(`${folder} was removed`);
    this.name = 'RunGone';
  }
}

/** What a removed run still computes on this machine has nowhere to go; at Modal it keeps its results itself, and is shown as nobody's. */
const endRemoved = async (target: Target, { spec, handle }: RunState): Promise<void> => {
  if (spec.target === 'local' && handle !== undefined) await target.stop(handle, true);
};

/** Less than this is left by whoever fills a disk: what fits in between is no room. */
const nearlyNothing = 1 << 20;

/** Why a job of this machine failed without a word of its own, when the disk had no room for one. */
const forWantOfRoom = ({ job }: RunFiles): Failure => ({
  what: 'The disk was full',
  why: `the job could not write any more: ${size(freeBytes(job) ?? 0)} are free in ${job}, a run needs ${size(runNeeds)} (ann-tui runs prune)`,
});

const createSupervisor = (
  files: RunFiles,
  journal: Journal,
  target: Target,
  { poll = 200, grace = 10_000, step = () => {} }: SuperviseOptions,
  wasFull = false,
) => {
  let snapshotAt = 0;
  // What is remembered of one attempt.
  let stopping = createStopping(target, { grace, step });
  let tellBudget = createBudgetTeller(target, step);

  /** A run whose folder was removed under us has nobody left to tell. */
  const mustBeThere = (): void => {
    if (journal.isGone()) throw new RunGone(files.folder);
  };

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

  const followOnce = createEventReader(target, files.folder, journal.state, append);

  const requestStop = (reason: string): void => {
    if (journal.state().stopReason === undefined) append({ kind: 'stop_requested', reason });
  };

  /** A job that leaves goes on leaving: its next attempt may be given more. */
  const setBudget = (dollars: number): void => {
    const { stopReason, budget } = journal.state();
    if (stopReason === undefined && budget !== dollars) append({ kind: 'budget_set', dollars });
  };

  const heedIntents = (): void => {
    // A broken way to its target must not keep us for ever.
    mustBeThere();
    for (const { file, wish } of pendingIntents(files.intents)) {
      if (wish.intent === 'stop') {
        requestStop(wish.enough ? stopReasons.enough : stopReasons.person);
        if (wish.force) stopping.force();
      }
      if (wish.intent === 'budget') setBudget(wish.dollars);
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
        // Before the attempt that it is for: whoever dies in between does both again.
        if (wish.budget !== undefined) append({ kind: 'budget_set', dollars: wish.budget });
        append({ kind: 'resumed', attempt: attempt + 1, ...(wish.overBudget && { overBudget: true as const }) });
        resumed = true;
      }
      step(`before drop ${wish.intent}`);
      dropIntent(file);
    }
    if (resumed) {
      stopping = createStopping(target, { grace, step });
      tellBudget = createBudgetTeller(target, step);
    }
    return resumed;
  };

  const end = (entry: JournalEntry & { readonly kind: 'ended' }): void => {
    append(entry);
    snapshot();
  };

  const note = (observation: Observation): void => {
    const { attempt } = journal.state();
    if (isNews(journal.state(), observation)) append({ kind: 'observed', attempt, observation });
  };

  /** Does what takes its time on the way to a handle, while a person may still change their mind. */
  const heedfully = async <T>(work: (options: LaunchOptions) => Promise<T>): Promise<T> => {
    const giveUp = new AbortController();
    const working = work({ signal: giveUp.signal, onObservation: note });
    let over = false;
    const ended = working.then(
      () => {
        over = true;
      },
      () => {
        over = true;
      },
    );
    while (!over) {
      await Promise.race([ended, sleep(poll)]);
      if (over) break;
      heedIntents();
      if (journal.state().stopReason !== undefined) giveUp.abort();
      if (performance.now() - snapshotAt > snapshotEvery) snapshot();
    }
    return await working;
  };

  const launch = async (attempt: number): Promise<Launched | undefined> => {
    const state = journal.state();
    const { spec } = state;
    try {
      step('before launch');
      const money = moneyOf(state);
      const launched = await heedfully(options => target.launch(spec, files.folder, attempt, { ...options, ...(money && { money }) }));
      step('after launch');
      return launched;
    } catch (error) {
      const { stopReason } = journal.state();
      if (stopReason !== undefined && !(error instanceof UserError)) end(verdict(journal.state(), bootId));
      else end({ kind: 'ended', outcome: 'failed', exitCode: error instanceof UserError ? error.exitCode : 1, failure: toFailure(error) });
      return undefined;
    }
  };

  /** A search that a stop cut short found nothing; the launch that follows then ends the run. */
  const ifStopped = (error: unknown): undefined => {
    if (journal.state().stopReason === undefined) throw error;
    return undefined;
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
      const obstacle = await target.check(spec);
      if (obstacle !== undefined) {
        const { exitCode = exitCodes.failed, ...failure } = obstacle;
        end({ kind: 'ended', outcome: 'failed', exitCode, failure });
        return false;
      }
      append({ kind: 'launching', attempt });
    }
    // Someone before us may have got further than the journal says.
    const found =
      launchedAt === undefined ? undefined : await heedfully(options => target.find(files.folder, attempt, options)).catch(ifStopped);
    const launched = found ?? (await launch(attempt));
    if (launched === undefined) return false;
    append({ kind: 'launched', attempt, handle: launched.handle });
    snapshot();
    return true;
  };

  /** The job keeps its budget itself; this is for one that cannot, by the control plane's own times. */
  const guardBudget = (state: RunState): void => {
    const { handle, spec } = state;
    const budget = budgetOf(state);
    if (handle === undefined || spec.target !== 'modal' || budget === null) return;
    const { billed: spent, rate } = meter(state, readMoment());
    const judged = judgeBudget({ budget, spent, rate, leave: leaveSeconds });
    if (judged === 'go-on') return;
    // Already on its way out, and nothing is billed any more.
    if (rate === 0) return;
    requestStop(stopReasons.budget);
    if (judged === 'end') stopping.end();
  };

  const enforceLimits = async (): Promise<void> => {
    const { handle, launchedAt, spec } = journal.state();
    if (handle === undefined || launchedAt === undefined) return;
    await tellBudget(journal.state());
    guardBudget(journal.state());
    if (spec.timeout !== null && Date.now() - launchedAt > spec.timeout * 1000) requestStop(stopReasons.timeout);
    const state = journal.state();
    if (state.stopReason !== undefined) await stopping.press(state, handle, state.stopReason);
  };

  const drain = async (): Promise<void> => {
    while (await followOnce());
  };

  const observe = async (): Promise<void> => {
    const { attempt, handle } = journal.state();
    if (handle === undefined || target.observe === undefined) return;
    for (const observation of await target.observe(files.folder, attempt, handle)) note(observation);
  };

  /** What an ended attempt left elsewhere is brought here; for as long as it takes, unless a person gives up on it. */
  const collect = async (): Promise<void> => {
    const { attempt, handle, collected } = journal.state();
    if (collected !== undefined || handle === undefined || target.collect === undefined) return;
    for (;;) {
      step('before collect');
      try {
        if ((await target.collect(files.folder, attempt, handle)) === 'done') {
          await drain();
          await observe();
          append({ kind: 'collected', attempt });
          return;
        }
      } catch (error) {
        await drain();
        append({ kind: 'collected', attempt, failure: toFailure(error) });
        return;
      }
      await observe();
      heedIntents();
      const { stopReason } = journal.state();
      if ((stopReason === stopReasons.person || stopReason === stopReasons.enough) && stopping.isForced()) {
        append({ kind: 'collected', attempt, failure: notCollected });
        return;
      }
      if (performance.now() - snapshotAt > snapshotEvery) snapshot();
      await sleep(Math.max(poll, collectEvery));
    }
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
        await observe();
        const { code, signal } = status.state === 'exited' ? status : { code: null, signal: null };
        const silent = journal.state().spec.target === 'local' && code !== 0 && journal.state().stopReason === undefined;
        const noRoom = silent && (wasFull || (freeBytes(files.job) ?? nearlyNothing) < nearlyNothing);
        const failure = status.failure ?? (noRoom ? forWantOfRoom(files) : undefined);
        // Of a job that went while nobody watched, its last sign of life is the better guess.
        const jobAt = status.state === 'lost' && seenRunning ? undefined : status.at;
        append({
          kind: 'exited',
          attempt,
          code,
          signal,
          lost: status.state === 'lost',
          ...(jobAt !== undefined && { jobAt }),
          ...(failure && { failure }),
        });
        return;
      }
      seenRunning = true;
      for (let reads = 0; reads < readsPerLook && (await followOnce()); reads += 1);
      await observe();
      heedIntents();
      await enforceLimits();
      if (performance.now() - snapshotAt > snapshotEvery) snapshot();
      await sleep(poll);
    }
  };

  /** Until the run has ended and nobody wants it resumed. */
  return async (): Promise<void> => {
    for (;;) {
      mustBeThere();
      if (journal.state().status === 'ended') {
        if (!heedResume()) return;
        continue;
      }
      if (journal.state().handle === undefined) heedIntents();
      if (journal.state().exit === undefined) {
        if (!(await begin())) continue;
        await follow();
      }
      await collect();
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

/** Milliseconds. */
const longestPause = 30_000;
/** Tries to write how a run ended: some ten minutes of them. The run is then left to whoever comes when there is room again. */
const lastTries = 30;

/** To the supervisor's own log, which may be on the very disk that is full. */
const say = (text: string): void => {
  try {
    writeSync(process.stderr.fd, `${text}\n`);
  } catch {
    // It will be told by how the run ends.
  }
};

/** Whether nothing but the end is left to be written, or a person wants it. */
const isEnding = async (files: RunFiles, { attempt, handle }: RunState, target: Target): Promise<boolean> => {
  if (handle === undefined || pendingIntents(files.intents).some(({ wish }) => wish.intent === 'stop')) return true;
  return (await target.status(files.folder, attempt, handle)).state !== 'running';
};

/**
 * Drives the run to its end, also where the journal finds no room for a while: what the job says is in files of its own, and is taken from there as
 * after a crash. A little room is kept for the end of the run, so that it is told when it comes.
 */
const throughFullDisks = async (
  files: RunFiles,
  journal: Journal,
  target: Target,
  recovered: boolean,
  options: SuperviseOptions,
): Promise<void> => {
  const reserve = reserveRoom(files.folder);
  const { fullPause = 1000 } = options;
  try {
    let wasFull = false;
    let told = false;
    for (let tries = 0, pause = fullPause; ; pause = Math.min(2 * pause, longestPause)) {
      try {
        if (!told) journal.append({ kind: 'supervised', by: ownIdentity(), recovered });
        told = true;
        return await createSupervisor(files, journal, target, options, wasFull)();
      } catch (error) {
        if (!isFull(error)) throw error;
        if (!wasFull) say(`${toFailure(error).why}; trying again`);
        wasFull = true;
        if (await isEnding(files, journal.state(), target)) {
          reserve?.letGo();
          tries += 1;
          if (tries > lastTries) throw error;
          if (tries === 1) continue;
        }
        await sleep(pause);
      }
    }
  } finally {
    reserve?.letGo();
  }
};

const drive = async (files: RunFiles, journal: Journal, recovered: boolean, options: SuperviseOptions): Promise<void> => {
  if (journal.state().status === 'ended' && pendingIntents(files.intents).length === 0) return;
  const target = await options.targetFor(journal.state().spec);
  try {
    await throughFullDisks(files, journal, target, recovered, options);
  } catch (error) {
    if (!(error instanceof RunGone)) throw error;
    await endRemoved(target, journal.state());
  } finally {
    await target.close?.();
  }
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
