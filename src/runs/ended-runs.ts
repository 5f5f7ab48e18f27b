/**
 * What lists need of the runs that have ended, all in one file (`runs/.index.ndjson`): thousands of runs are listed with one look at each journal and
 * one file read. It can be removed at any time: whoever lists makes it again. Any damage to it, and it counts as absent.
 */
import { createHash } from 'node:crypto';
import { readFileSync, type Stats, statSync } from 'node:fs';
import path from 'node:path';
import { writeTextAtomic } from '../process/files.ts';
import { paths } from '../util/paths.ts';
import { workloadOf } from '../workloads/registry.ts';
import { type RunFiles, runFiles } from './files.ts';
import { noteGist } from './gist.ts';
import { readJournal, snapshotVersion } from './journal.ts';
import type { Spec } from './spec.ts';
import type { RunState } from './state.ts';

/** Raised whenever the file or what is left out changes; a change of the state itself raises `snapshotVersion`. */
const indexVersion = 3;

/** Milliseconds: a file that changed within them can change again and bear the same time. */
const settledAfter = 2000;

export const indexFile = (): string => path.join(paths().runs, '.index.ndjson');

/** What lists do without; whoever asks for it all the same has it from the run's own files. */
const leftOut = ['results', 'phases', 'warnings', 'progress', 'progressOf', 'paces', 'notices', 'lastSeq', 'machine'] as const;
type LeftOut = (typeof leftOut)[number];

type Entry = { readonly stamp: string; readonly kept: Omit<RunState, LeftOut>; readonly gist: unknown };

/** An ended run, and its journal's stamp when it was read. */
export type EndedRun = { readonly stamp: string; readonly state: RunState };

const nothing = (spec: Spec): Pick<RunState, LeftOut> => ({
  results: workloadOf(spec).results.empty,
  phases: [],
  warnings: [],
  lastSeq: {},
});

/** As long as somebody has the light state, it is read once. */
const whole = new WeakMap<object, Pick<RunState, LeftOut>>();

const wholeOf = (light: RunState): Pick<RunState, LeftOut> => {
  const known = whole.get(light);
  if (known !== undefined) return known;
  let read: Pick<RunState, LeftOut> | undefined;
  try {
    read = readJournal(runFiles(light.run)).refresh();
  } catch {
    // It was removed, or cannot be read any more: the next list says so.
  }
  const found = read ?? nothing(light.spec);
  whole.set(light, found);
  return found;
};

const readingLater = Object.fromEntries(
  leftOut.map(name => [
    name,
    {
      enumerable: true,
      get(this: RunState) {
        return wholeOf(this)[name];
      },
    },
  ]),
);

const lightOf = ({ kept, gist }: Omit<Entry, 'stamp'>): RunState => {
  const state = Object.defineProperties(kept, readingLater) as RunState;
  noteGist(state, gist);
  return state;
};

const entryOf = ({ stamp, state }: EndedRun): Entry => {
  const kept = Object.fromEntries(
    Object.keys(state)
      .filter(name => !(leftOut as readonly string[]).includes(name))
      .map(name => [name, state[name as keyof RunState]]),
  );
  return { stamp, kept: kept as Entry['kept'], gist: workloadOf(state.spec).gist(state) };
};

/** What changes with any change of the run's journal; undefined when there is none to look at. `settled`: it will change again if the journal does. */
export const journalStamp = ({ journal }: RunFiles): { readonly stamp: string; readonly settled: boolean } | undefined => {
  let found: Stats | undefined;
  try {
    found = statSync(journal, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
  if (found === undefined || !found.isFile()) return undefined;
  const { ino, size, mtimeMs, ctimeMs } = found;
  return { stamp: `${ino} ${size} ${mtimeMs} ${ctimeMs}`, settled: Date.now() - mtimeMs > settledAfter };
};

/** The run as lists have it, without what they do not need. `state`: ended. */
export const lighten = (stamp: string, state: RunState): EndedRun => ({ stamp, state: lightOf(entryOf({ stamp, state })) });

const headOf = (body: Buffer | string): string =>
  JSON.stringify({ v: indexVersion, snapshot: snapshotVersion, sha256: createHash('sha256').update(body).digest('hex') });

/** By the run's name; whether an entry still holds, its stamp tells. Empty when there is no index, or none to go by. */
export const readIndex = (): Map<string, EndedRun> => {
  const entries = new Map<string, EndedRun>();
  try {
    const bytes = readFileSync(indexFile());
    let from = bytes.indexOf(10) + 1;
    if (bytes.toString('utf8', 0, from).trimEnd() !== headOf(bytes.subarray(from))) return entries;
    for (let end = bytes.indexOf(10, from); end >= 0; from = end + 1, end = bytes.indexOf(10, from)) {
      const { stamp, kept, gist } = JSON.parse(bytes.toString('utf8', from, end)) as Entry;
      entries.set(kept.run, { stamp, state: lightOf({ kept, gist }) });
    }
    return entries;
  } catch {
    return new Map();
  }
};

/** Of several writers the last one's stays, and each is right. Where nothing can be written, lists are slower. */
export const writeIndex = (ended: Iterable<EndedRun>): void => {
  const body = Array.from(ended, one => `${JSON.stringify(entryOf(one))}\n`).join('');
  try {
    writeTextAtomic(indexFile(), `${headOf(body)}\n${body}`);
  } catch {
    // A full disk, or one that is read-only.
  }
};
