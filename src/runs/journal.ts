/** A run's journal on disk, with the snapshot that saves readers the beginning of it. */
import { closeSync, existsSync, fstatSync, statSync } from 'node:fs';
import path from 'node:path';
import { about } from '../errors/file-failure.ts';
import { readJson, writeJsonAtomic } from '../process/files.ts';
import { appendRecord, closeTornTail, openToAppend, readLines } from '../process/ndjson.ts';
import { workloadOf } from '../workloads/registry.ts';
import type { RunFiles } from './files.ts';
import { fold, foldLines } from './fold.ts';
import { badBeginning, newerWords } from './journal-check.ts';
import { type JournalEntry, type JournalLine, journalVersion } from './journal-entry.ts';
import { specMisfit } from './spec-check.ts';
import type { RunState } from './state.ts';

/** Raised whenever the fold or the state changes its meaning: older snapshots are then ignored. */
export const snapshotVersion = 6;

type Snapshot = { readonly v: number; readonly journalBytes: number; readonly state: RunState };

const sizeOf = (file: string): number => {
  const found = statSync(file, { throwIfNoEntry: false });
  return found?.isFile() ? found.size : 0;
};

const isSnapshot = (value: unknown): value is Snapshot => {
  const { v, journalBytes, state } = (value ?? {}) as Partial<Snapshot>;
  return (
    v === snapshotVersion &&
    Number.isSafeInteger(journalBytes) &&
    typeof state?.run === 'string' &&
    typeof state.status === 'string' &&
    [state.phases, state.warnings].every(Array.isArray) &&
    specMisfit(state.spec) === undefined &&
    workloadOf(state.spec).results.fits(state.results)
  );
};

/** The snapshot, unless it is missing, broken, of another version, or ahead of the journal. */
const readSnapshot = (files: RunFiles): Snapshot | undefined => {
  const value = readJson(files.snapshot);
  return isSnapshot(value) && value.journalBytes <= sizeOf(files.journal) ? value : undefined;
};

export type JournalReader = {
  /** Reads what is new and returns the state; undefined while the journal has no whole `created` line, or cannot be understood, or is another run's. */
  refresh(): RunState | undefined;
  /** Why there is no state, for a person. */
  why(): string;
  /** Bytes of the journal that are in the state. */
  bytes(): number;
};

/** Enough for any first line. */
const firstLineMost = 1 << 18;

const whyNone = (journal: string): string => {
  const found = statSync(journal, { throwIfNoEntry: false });
  if (found === undefined) return 'it has no journal';
  if (!found.isFile()) return 'its journal is no file';
  if (found.size === 0) return 'its journal is empty';
  const [first] = readLines(journal, 0, firstLineMost).lines;
  if (first === undefined) return 'its journal ends within its first line';
  return badBeginning(first) ?? 'its journal cannot be read';
};

export const readJournal = (files: RunFiles): JournalReader => {
  const snapshot = readSnapshot(files);
  let offset = snapshot?.journalBytes ?? 0;
  let state = snapshot?.state;
  return {
    refresh: () => {
      while (sizeOf(files.journal) > offset) {
        const tail = readLines(files.journal, offset);
        if (tail.lines.length === 0) break;
        state = foldLines(tail.lines, state);
        offset = tail.offset;
      }
      return state?.newerVersion === undefined && state?.run === path.basename(files.folder) ? state : undefined;
    },
    why: () => {
      if (state?.newerVersion !== undefined) return newerWords(state.newerVersion);
      return state === undefined ? whyNone(files.journal) : `its journal is that of run ${state.run}`;
    },
    bytes: () => offset,
  };
};

export const journalLine = (entry: JournalEntry, n: number, at: number): JournalLine => ({ v: journalVersion, n, at, ...entry });

export type Journal = {
  state(): RunState;
  /** On disk when it returns, and in the state. */
  append(entry: JournalEntry): void;
  writeSnapshot(): void;
  /** Somebody removed the file, or moved it away: nobody would read what is appended. */
  isGone(): boolean;
  close(): void;
};

/** Takes the journal over for writing: the caller holds the run's lock. Undefined when it cannot be understood, and then it stays as it is. */
export const openJournal = (files: RunFiles): Journal | undefined => {
  if (readJournal(files).refresh() === undefined) return undefined;
  closeTornTail(files.journal);
  const reader = readJournal(files);
  const initial = reader.refresh();
  if (initial === undefined) return undefined;
  let state: RunState = initial;
  let bytes = reader.bytes();
  const descriptor = openToAppend(files.journal);
  return {
    state: () => state,
    append: entry => {
      const line = journalLine(entry, (state.lastLine ?? 0) + 1, Date.now());
      try {
        bytes += appendRecord(descriptor, line);
      } catch (error) {
        throw about(files.journal, error);
      }
      state = fold(state, line) ?? state;
      // Whoever goes by a state that stands still would append for ever.
      if (state.lastLine !== line.n) throw new Error(`The journal of ${state.run} took no line ${line.n}`);
    },
    isGone: () => fstatSync(descriptor).nlink === 0 || !existsSync(files.journal),
    writeSnapshot: () => writeJsonAtomic(files.snapshot, { v: snapshotVersion, journalBytes: bytes, state }),
    close: () => closeSync(descriptor),
  };
};
