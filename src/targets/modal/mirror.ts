/**
 * The files of a run on Modal, here: each container's `events.ndjson` and `log` as far as they were heard, without a gap, and the run's
 * own two files in which the containers take turns. Lines are held back until those before them are there. The files are all the memory there
 * is: a supervisor that was killed is followed by one that reads them and goes on.
 */
import { closeSync, existsSync, ftruncateSync, openSync, readdirSync, readFileSync, statSync, writeSync } from 'node:fs';
import path from 'node:path';
import { makeFolder } from '../../process/files.ts';
import { openToAppend } from '../../process/ndjson.ts';
import { containerFolder } from '../../runs/files.ts';
import { type Heard, readLine } from './stream.ts';

type Kind = 'event' | 'log';

const fileOf = (kind: Kind): string => (kind === 'event' ? 'events.ndjson' : 'log');

/** How a container's line stands in the run's log. */
export const inRunLog = (container: string, text: string): string => `[${container}] ${text}`;

/** Whole lines of a file; what a killed writer left of the last one is cut off. */
const wholeLines = (file: string): readonly string[] => {
  if (!existsSync(file)) return [];
  const bytes = readFileSync(file);
  const end = bytes.lastIndexOf(10) + 1;
  if (end < bytes.length) {
    const descriptor = openSync(file, 'r+');
    try {
      ftruncateSync(descriptor, end);
    } finally {
      closeSync(descriptor);
    }
  }
  return end === 0 ? [] : bytes.toString('utf8', 0, end - 1).split('\n');
};

const append = (file: string, lines: readonly string[]): void => {
  if (lines.length === 0) return;
  const descriptor = openToAppend(file);
  try {
    const bytes = Buffer.from(`${lines.join('\n')}\n`);
    for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
  } finally {
    closeSync(descriptor);
  }
};

/** One container's lines of one kind, in order. */
type Track = {
  /** Number of the last line that is on disk. */
  last: number;
  readonly ahead: Map<number, string>;
  /** Monotonic milliseconds since when something is held back; undefined: nothing is. */
  waitingSince: number | undefined;
};

export type Gap = { readonly container: string; readonly kind: Kind; readonly after: number; readonly since: number };

/** More than this held back is not kept in memory: it is on the volume. */
const mostAhead = 200_000;

const seqOf = (line: string): number => {
  const heard = readLine(line);
  return heard?.kind === 'event' ? heard.number : 0;
};

const prefixed = /^\[([a-z][a-z0-9-]{0,31})\] /;

export const createMirror = (job: string) => {
  const tracks = new Map<string, Track>();
  const runFile = (kind: Kind): string => path.join(job, fileOf(kind));
  const containerFile = (container: string, kind: Kind): string => path.join(containerFolder(job, container), fileOf(kind));

  const track = (container: string, kind: Kind): Track => {
    const key = `${kind} ${container}`;
    const known = tracks.get(key);
    if (known !== undefined) return known;
    makeFolder(containerFolder(job, container));
    const fresh: Track = { last: 0, ahead: new Map(), waitingSince: undefined };
    tracks.set(key, fresh);
    return fresh;
  };

  /** How far the run's own file has each container: the highest number of its events, the count of its log lines. */
  const inRunFile = (kind: Kind): ReadonlyMap<string, number> => {
    const reached = new Map<string, number>();
    for (const line of wholeLines(runFile(kind))) {
      if (kind === 'event') {
        const heard = readLine(line);
        if (heard?.kind === 'event') reached.set(heard.container, heard.number);
      } else {
        const container = prefixed.exec(line)?.[1];
        if (container !== undefined) reached.set(container, (reached.get(container) ?? 0) + 1);
      }
    }
    return reached;
  };

  /** A writer killed between the container's file and the run's left the second one behind. */
  const recover = (): void => {
    const folder = path.join(job, 'containers');
    const names = existsSync(folder) ? readdirSync(folder) : [];
    for (const kind of ['event', 'log'] as const) {
      const reached = inRunFile(kind);
      for (const container of names) {
        const lines = wholeLines(containerFile(container, kind));
        const has = reached.get(container) ?? 0;
        const missing =
          kind === 'event' ? lines.filter(line => seqOf(line) > has) : lines.slice(has).map(line => inRunLog(container, line));
        append(runFile(kind), missing);
        track(container, kind).last = kind === 'event' ? Math.max(has, ...lines.slice(-1).map(seqOf)) : Math.max(has, lines.length);
      }
    }
  };
  recover();

  /** What can go to disk now, in order. */
  const advance = (line: Track): readonly string[] => {
    const ready: string[] = [];
    for (let next = line.ahead.get(line.last + 1); next !== undefined; next = line.ahead.get(line.last + 1)) {
      line.last += 1;
      line.ahead.delete(line.last);
      ready.push(next);
    }
    if (line.ahead.size === 0) line.waitingSince = undefined;
    else line.waitingSince ??= performance.now();
    return ready;
  };

  const hear = ({ container, kind, number, text }: Exclude<Heard, { readonly kind: 'other' }>): Track | undefined => {
    const line = track(container, kind);
    if (number <= line.last || line.ahead.has(number) || line.ahead.size >= mostAhead) return undefined;
    line.ahead.set(number, text);
    return line;
  };

  return {
    /** Takes what was heard, in any order, any number of times. */
    take: (heard: readonly Heard[]): void => {
      const touched = new Map<string, readonly [string, Kind]>();
      for (const one of heard) {
        if (one.kind !== 'other' && hear(one) !== undefined) touched.set(`${one.kind} ${one.container}`, [one.container, one.kind]);
      }
      for (const [container, kind] of touched.values()) {
        const lines = advance(track(container, kind));
        append(containerFile(container, kind), lines);
        append(runFile(kind), kind === 'event' ? lines : lines.map(line => inRunLog(container, line)));
      }
    },
    /** Events that have no place in the order of a container, into the run's own file. */
    append: (events: readonly string[]): void => append(runFile('event'), events),
    /** Where something is missing, and for how long (monotonic milliseconds). */
    gaps: (): readonly Gap[] =>
      [...tracks].flatMap(([key, { last, waitingSince }]) => {
        if (waitingSince === undefined) return [];
        const [kind, container] = key.split(' ') as [Kind, string];
        return [{ kind, container, after: last, since: waitingSince }];
      }),
    /** Number of the last line of a container that is on disk; 0 before the first. */
    reached: (container: string, kind: Kind): number => tracks.get(`${kind} ${container}`)?.last ?? 0,
    /** Bytes of a container's file that are here. */
    bytes: (container: string, kind: Kind): number => statSync(containerFile(container, kind), { throwIfNoEntry: false })?.size ?? 0,
  };
};

export type Mirror = ReturnType<typeof createMirror>;
