/** Brings a dataset here: spawns the harness, which downloads with resume or imports a file, verifies, and stamps. */

import { createInterface } from 'node:readline';
import { type DatasetEntry, pinsOf } from '../config/datasets.ts';
import { exitCodes, UserError } from '../errors/errors.ts';
import { type FailedEvent, type JobEvent, parseLine } from '../events/event.ts';
import { toldFailure } from '../events/told.ts';
import { makeFolder } from '../process/files.ts';
import { freeBytes } from '../process/room.ts';
import { tied } from '../process/tied.ts';
import { guardGroup } from '../setup/group.ts';
import { size } from '../text/format.ts';
import { quoted } from '../text/shell-word.ts';
import { paths } from '../util/paths.ts';
import { moduleFor } from '../workloads/registry.ts';
import { onDisk } from './catalogue.ts';
import { isAddress } from './source-file.ts';

export type SyncOptions = {
  readonly python: string;
  readonly dataset: DatasetEntry;
  /** A path or an address of a person's own, instead of what is published. */
  readonly from?: string;
  /** To a file of vectors that has no queries, or does not say its distance. */
  readonly queries?: string;
  readonly distance?: string;
  readonly folder?: string;
  readonly onEvent: (event: JobEvent) => void;
  readonly signal: AbortSignal;
} & Decisions;

/** Of recordings: what is said of doubtful annotations; else as the last time. */
export type Decisions = { readonly unlabelled?: boolean; readonly longSeizures?: string };

const keptLines = 40;
/** Time to put down what was downloaded so far. */
const graceMs = 5000;

type Said = Pick<SyncOptions, 'from' | 'queries' | 'distance' | 'unlabelled' | 'longSeizures'>;

/** What a person said, as options. */
const saidWords = ({ from, queries, distance, longSeizures, unlabelled }: Said): readonly string[] => [
  ...Object.entries({ from, queries, distance, 'long-seizures': longSeizures }).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`, value],
  ),
  ...(unlabelled ? ['--unlabelled'] : []),
];

/** Before anything is begun: throws a `UserError` where the disk has no room for what is still missing. */
const requireRoomFor = ({ dataset, from }: SyncOptions, folder: string): void => {
  const { of, name, bytes, made } = dataset;
  // How large an own file becomes, the harness finds out; of recordings that are fetched their record says it.
  if ((of === 'recordings' && made !== true) || from !== undefined) return;
  const { bytesHere } = onDisk(folder, dataset);
  const needed = bytes - bytesHere;
  const free = freeBytes(folder);
  if (free === undefined || free >= needed) return;
  throw new UserError({
    what: `The disk is too full for ${name}`,
    why: `${size(needed)} are needed in ${folder}${bytesHere > 0 ? ` beside what is there` : ''}, ${size(free)} are free`,
    kept: bytesHere > 0 ? `${size(bytesHere)} that are here already; the next sync goes on from there` : 'nothing was started',
    hint: 'ann-tui runs prune',
  });
};

/** An own file is not what a catalogue's checksum and mirrors speak of. */
const sourceArguments = ({ dataset, from }: SyncOptions): readonly string[] => {
  // What is made here is known by its name.
  if (from !== undefined || dataset.url === null) return [];
  const { mirrors = [], sha256 } = pinsOf(dataset);
  return ['--url', dataset.url, ...mirrors.flatMap(mirror => ['--mirror', mirror]), ...(sha256 === undefined ? [] : ['--sha256', sha256])];
};

/** Runs to the end. Throws a `UserError` with the harness' own words, or the signal's reason when aborted: the part stays. */
export const syncDataset = async (options: SyncOptions): Promise<void> => {
  const { python, dataset, folder = paths().datasets, onEvent, signal } = options;
  const { name } = dataset;
  signal.throwIfAborted();
  requireRoomFor(options, folder);
  makeFolder(folder);
  const { execa } = await import('execa');
  const words = [
    '-I',
    '-u',
    '-m',
    moduleFor(dataset.of),
    'sync',
    name,
    '--data',
    folder,
    ...sourceArguments(options),
    ...saidWords(options),
    '--events',
  ];
  const { command, args } = tied(python, python, words);
  const child = execa(command, args, {
    stdin: 'pipe',
    buffer: false,
    reject: false,
    detached: true,
    cleanup: false,
  });
  const over = guardGroup(child.pid, signal, graceMs);
  let failed: FailedEvent | undefined;
  const errors: string[] = [];
  try {
    const readEvents = async () => {
      for await (const line of createInterface({ input: child.stdout })) {
        const parsed = parseLine(line);
        if (parsed.verdict !== 'ok') continue;
        if (parsed.event.type === 'failed') failed = parsed.event;
        onEvent(parsed.event);
      }
    };
    const readErrors = async () => {
      for await (const line of createInterface({ input: child.stderr })) {
        if (line.trim() === '') continue;
        errors.push(line.trim());
        if (errors.length > keptLines) errors.shift();
      }
    };
    const [done] = await Promise.all([child, readEvents(), readErrors()]);
    signal.throwIfAborted();
    if (done.exitCode === 0) return;
    const exitCode = done.exitCode === exitCodes.usage ? exitCodes.usage : exitCodes.failed;
    const retry = ['ann-tui sync', name, ...saidWords(options).map(quoted)].join(' ');
    const { state, bytesHere } = onDisk(folder, dataset);
    const part = state === 'partial' ? bytesHere : 0;
    const untouched =
      options.from === undefined || isAddress(options.from)
        ? 'nothing was changed'
        : dataset.of === 'recordings'
          ? 'your folder is as it was'
          : 'your file is as it was';
    const kept = part > 0 ? `${size(part)} that are here already; the next sync goes on from there` : untouched;
    if (failed !== undefined) {
      const { what, why, hint } = failed;
      throw new UserError({ ...toldFailure({ what, why, hint }, retry), kept }, exitCode);
    }
    const why = errors.at(-1) ?? (done.signal ? `it was ended by ${done.signal}` : (done.shortMessage ?? `exit code ${done.exitCode}`));
    throw new UserError({ what: `${name} could not be synced`, why, kept, hint: retry }, exitCode);
  } finally {
    over();
  }
};
