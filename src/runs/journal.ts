/** A run's journal on disk, with the snapshot that saves readers the beginning of it. */
import { closeSync, statSync } from 'node:fs';
import { readJson, writeJsonAtomic } from '../process/files.ts';
import { appendRecord, closeTornTail, openToAppend, readLines } from '../process/ndjson.ts';
import type { RunFiles } from './files.ts';
import { fold, foldLines } from './fold.ts';
import { type JournalEntry, type JournalLine, journalVersion } from './journal-entry.ts';
import type { RunState } from './state.ts';

/** Raised whenever the fold or the state changes its meaning: older snapshots are then ignored. */
const snapshotVersion = 4;

type Snapshot = { readonly v: number; readonly journalBytes: number; readonly state: RunState };

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

const isSnapshot = (value: unknown): value is Snapshot => {
  const { v, journalBytes, state } = (value ?? {}) as Partial<Snapshot>;
  return v === snapshotVersion && Number.isSafeInteger(journalBytes) && typeof state?.run === 'string' && Array.isArray(state.points);
};

/** The snapshot, unless it is missing, broken, of another version, or ahead of the journal. */
const readSnapshot = (files: RunFiles): Snapshot | undefined => {
  const value = readJson(files.snapshot);
  return isSnapshot(value) && value.journalBytes <= sizeOf(files.journal) ? value : undefined;
};

export type JournalReader = {
  /** Reads what is new and returns the state; undefined while the journal has no whole `created` line. */
  refresh(): RunState | undefined;
  /** Bytes of the journal that are in the state. */
  bytes(): number;
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
      return state;
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
  close(): void;
};

/** Takes the journal over for writing: the caller holds the run's lock. Undefined when it has no readable beginning. */
export const openJournal = (files: RunFiles): Journal | undefined => {
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
      bytes += appendRecord(descriptor, line);
      state = fold(state, line) ?? state;
    },
    writeSnapshot: () => writeJsonAtomic(files.snapshot, { v: snapshotVersion, journalBytes: bytes, state }),
    close: () => closeSync(descriptor),
  };
};
