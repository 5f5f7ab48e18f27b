/** The runs on this disk: made, listed, found, read, removed. Readers only read; what they want done they ask of the supervisor. */
import { closeSync, type Dirent, existsSync, lstatSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { UserError, usageError } from '../errors/errors.ts';
import { about } from '../errors/file-failure.ts';
import { budgetObstacle } from '../metering/budget.ts';
import { meter } from '../metering/meter.ts';
import { folderMode, makeFolder } from '../process/files.ts';
import { acquireLock, type Lock, lockOwner } from '../process/lock.ts';
import { readMoment } from '../process/moment.ts';
import { appendRecord, openToAppend } from '../process/ndjson.ts';
import { isFull } from '../process/room.ts';
import { money } from '../text/format.ts';
import { didYouMean } from '../text/nearest.ts';
import { copySources } from '../user-code/copies.ts';
import { paths, shownPath } from '../util/paths.ts';
import { workloadOf } from '../workloads/registry.ts';
import { type EndedRun, journalStamp, lighten, readIndex, writeIndex } from './ended-runs.ts';
import { filesIn, type RunFiles, runFiles } from './files.ts';
import { isRunId, newRunId } from './ids.ts';
import { sendIntent } from './intents.ts';
import { journalLine, readJournal } from './journal.ts';
import type { JournalEntry, ModalHandle } from './journal-entry.ts';
import type { Spec } from './spec.ts';
import type { ContainerState, RunState } from './state.ts';

const nameTaken = (error: unknown): boolean => ['EEXIST', 'ENOTEMPTY'].includes((error as NodeJS.ErrnoException).code ?? '');

/** Prepared under a name that no list shows, then renamed: a run exists with its first lines or not at all. */
const makeRun = (run: string, entries: readonly JournalEntry[], prepare: (job: string) => void): void => {
  const { runs } = paths();
  makeFolder(runs);
  const files = filesIn(path.join(runs, `.new-${run}`));
  try {
    for (const folder of [files.folder, files.owner, files.intents, files.job]) mkdirSync(folder, { mode: folderMode });
    prepare(files.job);
    const journal = openToAppend(files.journal);
    try {
      entries.forEach((entry, index) => {
        appendRecord(journal, journalLine(entry, index + 1, Date.now()));
      });
    } catch (error) {
      throw about(files.journal, error);
    } finally {
      closeSync(journal);
    }
    renameSync(files.folder, runFiles(run).folder);
  } catch (error) {
    rmSync(files.folder, { recursive: true, force: true });
    throw error;
  }
};

/** A new run with its own copy of what it is planned with. Returns its name. */
export const createRun = (spec: Spec): string => {
  for (;;) {
    const run = newRunId(spec.kind);
    try {
      makeRun(run, [{ kind: 'created', run, spec }], job => copySources(workloadOf(spec).sources(spec), job));
      return run;
    } catch (error) {
      if (!nameTaken(error)) throw error;
    }
  }
};

/** What another machine knew of a run when it launched it. */
export type Adopted = {
  readonly attempt: number;
  readonly handle: ModalHandle;
  /** Dollars, when it is another one than the spec's. */
  readonly budget?: number;
  /** Containers of earlier attempts: they are billed to this run, too. */
  readonly earlier?: readonly ContainerState[];
};

/** A run that was launched from elsewhere and is known by its call. False when there is a run of this name here already. */
export const adoptRun = (run: string, spec: Spec, { attempt, handle, budget, earlier = [] }: Adopted): boolean => {
  const before = earlier.toSorted((a, b) => a.attempt - b.attempt);
  try {
    makeRun(
      run,
      [
        { kind: 'created', run, spec },
        ...before.flatMap(({ attempt: of, ...container }, index): readonly JournalEntry[] => [
          ...(before[index - 1]?.attempt === of ? [] : [{ kind: 'launching', attempt: of } as const]),
          { kind: 'observed', attempt: of, observation: { kind: 'container', ...container } },
        ]),
        { kind: 'launching', attempt },
        ...(budget === undefined ? [] : [{ kind: 'budget_set', dollars: budget } as const]),
        { kind: 'launched', attempt, handle },
      ],
      () => {},
    );
    return true;
  } catch (error) {
    if (!nameTaken(error)) throw error;
    return false;
  }
};

const namesIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
};

/** Names of the run folders, in order of the alphabet. */
export const runNames = (): readonly string[] => namesIn(paths().runs).filter(isRunId).sort();

export type RunReader = {
  readonly run: string;
  readonly files: RunFiles;
  /** The state as of now; the same object when nothing changed. Throws a `UserError` when the run cannot be read any more. */
  refresh(): RunState;
};

const noSuchRun = (run: string): UserError =>
  usageError(`There is no run "${run}"`, `there is no such folder in ${shownPath(paths().runs)}`, 'ann-tui runs');

const unreadable = (run: string, why: string): UserError =>
  new UserError({ what: `Run ${run} cannot be read`, why, kept: 'its folder is as it was', hint: `ann-tui runs rm ${run}` });

/** Opens a run by its exact name. Nothing is held open in between, so there is nothing to close. */
export const openRun = (run: string): RunReader => {
  const files = runFiles(run);
  if (!isRunId(run) || !existsSync(files.folder)) throw noSuchRun(run);
  const reader = readJournal(files);
  return {
    run,
    files,
    refresh: () => {
      const state = existsSync(files.journal) ? reader.refresh() : undefined;
      if (state === undefined) throw existsSync(files.folder) ? unreadable(run, reader.why()) : noSuchRun(run);
      return state;
    },
  };
};

/** A folder that is called like a run and tells of none. */
export type UnreadableRun = {
  readonly run: string;
  /** For a person. */
  readonly why: string;
  /** Unix milliseconds: its last change. */
  readonly changedAt: number;
};

export type Listed = {
  /** Newest first. */
  readonly runs: readonly RunState[];
  /** Likewise. */
  readonly unreadable: readonly UnreadableRun[];
};

const newestFirst = (a: RunState, b: RunState): number => b.createdAt - a.createdAt || (a.run < b.run ? -1 : 1);

type Broken = UnreadableRun & { readonly stamp: string };

/** What changes when somebody mends a journal. */
const stampOf = ({ folder, journal }: RunFiles): { readonly stamp: string; readonly changedAt: number } | undefined => {
  const found = statSync(folder, { throwIfNoEntry: false });
  if (found === undefined || !found.isDirectory()) return undefined;
  const { mtimeMs, size, ino } = statSync(journal, { throwIfNoEntry: false }) ?? found;
  return { stamp: `${ino} ${size} ${mtimeMs}`, changedAt: mtimeMs };
};

/** The run as one that cannot be read; undefined when it is none any more. */
const brokenOf = (run: string, error: unknown): Broken | undefined => {
  try {
    const stamp = stampOf(runFiles(run));
    return stamp && { run, why: error instanceof UserError ? error.failure.why : (error as Error).message, ...stamp };
  } catch {
    return { run, why: 'its folder cannot be looked into', stamp: '', changedAt: 0 };
  }
};

/** Ended runs that the index lacks, or has for nothing: as many are read faster than the index is written. */
const indexedFrom = 20;

/**
 * A way to list again cheaply: what did not change is not read again. Runs that have ended come out of the index; their results and what else no list
 * shows are read when somebody asks for them.
 */
export const createLister = (): (() => Listed) => {
  let readers = new Map<string, RunReader>();
  let broken = new Map<string, Broken>();
  let ended: Map<string, EndedRun> | undefined;
  let amiss = 0;
  return () => {
    const before = ended ?? readIndex();
    const runs: RunState[] = [];
    const nextReaders = new Map<string, RunReader>();
    const nextBroken = new Map<string, Broken>();
    const nextEnded = new Map<string, EndedRun>();
    const { runs: folder } = paths();
    for (const run of runNames()) {
      const known = broken.get(run);
      if (known !== undefined && known.stamp === brokenOf(run, undefined)?.stamp) {
        nextBroken.set(run, known);
        continue;
      }
      const journal = journalStamp(runFiles(run, folder));
      const over = before.get(run);
      if (over !== undefined && over.stamp === journal?.stamp) {
        runs.push(over.state);
        nextEnded.set(run, over);
        continue;
      }
      try {
        const reader = readers.get(run) ?? openRun(run);
        const state = reader.refresh();
        if (state.status === 'ended' && journal?.settled === true) {
          const light = lighten(journal.stamp, state);
          runs.push(light.state);
          nextEnded.set(run, light);
          amiss += 1;
          continue;
        }
        runs.push(state);
        nextReaders.set(run, reader);
      } catch (error) {
        const found = brokenOf(run, error);
        if (found !== undefined) nextBroken.set(run, found);
      }
    }
    if (ended === undefined) amiss += [...before.keys()].filter(run => !nextEnded.has(run)).length;
    [readers, broken, ended] = [nextReaders, nextBroken, nextEnded];
    if (amiss >= indexedFrom) {
      writeIndex(ended.values());
      amiss = 0;
    }
    const unreadable = [...broken.values()].map(({ run, why, changedAt }) => ({ run, why, changedAt }));
    return { runs: runs.sort(newestFirst), unreadable: unreadable.sort((a, b) => b.changedAt - a.changedAt || (a.run < b.run ? -1 : 1)) };
  };
};

/** All runs that can be read, newest first. */
export const listRuns = (): readonly RunState[] => createLister()().runs;

/** The name that a person meant: exact, `latest`, or the beginning of one name (with or without "bench-"). Throws a usage error. */
export const resolveRun = (text: string): string => {
  // A run that cannot be read has a name all the same: to be told why, and to be removed.
  const names = runNames();
  if (names.includes(text)) return text;
  const hint = 'ann-tui runs';
  if (text === 'latest') {
    const newest = listRuns()[0]?.run;
    if (newest === undefined) throw usageError('There is no run yet', 'nothing was run on this machine', 'ann-tui bench');
    return newest;
  }
  const wanted = text.toLowerCase();
  const fits = wanted === '' ? [] : names.filter(name => name.startsWith(wanted) || name.slice(name.indexOf('-') + 1).startsWith(wanted));
  if (fits.length === 1) return fits[0] as string;
  if (fits.length > 1) {
    const newest = [...new Set([...listRuns().map(({ run }) => run), ...names])].filter(name => fits.includes(name));
    throw usageError(`"${text}" fits ${fits.length} runs`, `${newest.slice(0, 5).join(', ')}${fits.length > 5 ? ', …' : ''}`, hint);
  }
  throw usageError(`There is no run "${text}"`, didYouMean(text, names).trim() || 'no name is near it', hint);
};

/** Whether a living supervisor drives the run now. */
export const isSupervised = (run: string): boolean => lockOwner(runFiles(run).owner) !== undefined;

const refuseLive = (run: string): UserError =>
  new UserError({
    what: `Run ${run} is not over`,
    why: 'only a run that has ended can be removed',
    kept: 'nothing was removed',
    hint: `ann-tui stop ${run}`,
  });

const endedOrBroken = (files: RunFiles): boolean => {
  const state = readJournal(files).refresh();
  return state === undefined || state.status === 'ended';
};

/**
 * With the lock in our hands no supervisor can begin on what is being removed. On a full disk there is no lock to be had, neither for a supervisor:
 * then it is enough that nobody has it.
 */
const lockToRemove = (run: string, owner: string): Lock | undefined => {
  try {
    const acquired = acquireLock(owner);
    if ('lock' in acquired) return acquired.lock;
  } catch (error) {
    if (!isFull(error)) throw error;
    if (lockOwner(owner) === undefined) return undefined;
  }
  throw refuseLive(run);
};

/** Removes the run's folder with everything in it. Throws a `UserError` while the run is live. */
export const removeRun = (run: string): void => {
  const { folder, owner } = runFiles(run);
  if (!isRunId(run) || !existsSync(folder)) throw noSuchRun(run);
  const lock = lockToRemove(run, owner);
  if (!endedOrBroken(runFiles(run))) {
    lock?.release();
    throw refuseLive(run);
  }
  // Out of sight in one step, whatever happens to the rest.
  const leaving = path.join(paths().runs, `.removed-${run}`);
  renameSync(folder, leaving);
  rmSync(leaving, { recursive: true, force: true });
};

/** Milliseconds after which a folder in the making or in the removing is a remain of somebody who was killed. */
const remainsAfter = 3_600_000;

/** Removes what killed processes left of runs that never began or are gone, as far as that can be done now. */
export const sweepRemains = (): void => {
  const { runs } = paths();
  for (const name of namesIn(runs).filter(entry => /^\.(new|removed)-|^\.index\..*\.tmp$/.test(entry))) {
    const folder = path.join(runs, name);
    try {
      const { mtimeMs } = statSync(folder, { throwIfNoEntry: false }) ?? {};
      if (mtimeMs !== undefined && Date.now() - mtimeMs > remainsAfter) rmSync(folder, { recursive: true, force: true });
    } catch {
      // Somebody else's, or on a disk that is read-only: no reason to stop whoever came to look.
    }
  }
};

/** `force`: end the job at once, without time to leave; `enough`: it was to do no more than it has done. */
export type StopOptions = { readonly force?: boolean; readonly enough?: boolean };

/** Asks the run's supervisor to stop it. False when it is over already. */
export const requestStop = (run: string, { force = false, enough = false }: StopOptions = {}): boolean => {
  const { files, refresh } = openRun(run);
  if (refresh().status === 'ended') return false;
  sendIntent(files.intents, { intent: 'stop', force, ...(enough && { enough }) });
  return true;
};

/** `budget`: dollars, another one from now on. `overBudget`: it goes on though it looks like costing more. */
export type ResumeOptions = { readonly budget?: number | undefined; readonly overBudget?: boolean };

/**
 * Asks for another attempt. Throws a `UserError` when the run still runs or is done, or when its budget leaves nothing to go on with. The caller starts a
 * supervisor afterwards.
 */
export const requestResume = (run: string, { budget, overBudget = false }: ResumeOptions = {}): void => {
  const { files, refresh } = openRun(run);
  const state = refresh();
  const { status, outcome, spec } = state;
  if (status !== 'ended') throw usageError(`Run ${run} is not over`, 'there is nothing to resume while it runs', `ann-tui attach ${run}`);
  if (outcome === 'done') throw usageError(`Run ${run} is done`, 'there is nothing left to resume', `ann-tui results ${run}`);
  const spent = meter(state, readMoment()).billed;
  const obstacle = budgetObstacle(spec, { spent, budget: budget ?? state.budget });
  if (obstacle !== undefined) {
    const { failure, exitCode } = obstacle;
    throw new UserError({ ...failure, hint: `ann-tui resume ${run} ${failure.hint}` }, exitCode);
  }
  sendIntent(files.intents, {
    intent: 'resume',
    ...(budget !== undefined && { budget }),
    ...(overBudget && { overBudget: true as const }),
  });
};

/**
 * Asks for another budget (dollars) of a run on Modal that goes on. Throws a `UserError` when there is nothing to limit any more: the run is over, or it
 * is leaving already, or so much is spent.
 */
export const requestBudget = (run: string, dollars: number): void => {
  const { files, refresh } = openRun(run);
  const state = refresh();
  if (state.spec.target !== 'modal') throw usageError(`Run ${run} has no budget`, 'nothing is billed on this machine');
  if (state.status === 'ended')
    throw usageError(`Run ${run} is over`, 'only a run that goes on can be given more', `ann-tui resume ${run} --budget ${dollars}`);
  if (state.stopReason !== undefined)
    throw usageError(`Run ${run} is leaving`, 'that cannot be taken back', `ann-tui resume ${run} --budget ${dollars}`);
  const spent = meter(state, readMoment()).billed;
  if (dollars <= spent)
    throw usageError(`A budget of ${money(dollars)} cannot be`, `${money(spent)} are spent already`, `ann-tui stop ${run}`);
  sendIntent(files.intents, { intent: 'budget', dollars });
};

/** Bytes that a run's folder takes on this disk; 0 for one that is gone. */
export const runBytes = (run: string): number => {
  const below = (folder: string): number => {
    let entries: readonly Dirent[];
    try {
      entries = readdirSync(folder, { withFileTypes: true });
    } catch {
      return 0;
    }
    return entries.reduce((sum, entry) => {
      const full = path.join(folder, entry.name);
      return sum + (entry.isDirectory() ? below(full) : (lstatSync(full, { throwIfNoEntry: false })?.size ?? 0));
    }, 0);
  };
  return isRunId(run) ? below(runFiles(run).folder) : 0;
};
