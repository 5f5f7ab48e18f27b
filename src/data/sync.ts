/** Brings a dataset here: spawns the harness, which downloads with resume or imports a file, verifies, and stamps. */
import { createInterface } from 'node:readline';
import { exitCodes, UserError } from '../errors.ts';
import { type FailedEvent, type JobEvent, parseLine } from '../events/event.ts';
import { size } from '../money/format.ts';
import { paths } from '../paths.ts';
import { makeFolder } from '../process/files.ts';
import { guardGroup } from '../setup/group.ts';
import { onDisk } from './catalogue.ts';

export type SyncOptions = {
  readonly python: string;
  readonly name: string;
  /** Where the file is published; null for a dataset that is made here. */
  readonly url: string | null;
  /** A path or an address of a person's own, instead. */
  readonly from?: string;
  readonly folder?: string;
  readonly onEvent: (event: JobEvent) => void;
  readonly signal: AbortSignal;
};

const keptLines = 40;
/** Time to put down what was downloaded so far. */
const graceMs = 5000;

/** Runs to the end. Throws a `UserError` with the harness' own words, or the signal's reason when aborted: the part stays. */
export const syncDataset = async ({ python, name, url, from, folder = paths().datasets, onEvent, signal }: SyncOptions): Promise<void> => {
  signal.throwIfAborted();
  makeFolder(folder);
  const { execa } = await import('execa');
  const source = from !== undefined ? ['--from', from] : url === null ? [] : ['--url', url];
  const child = execa(python, ['-I', '-u', '-m', 'annbench', 'sync', name, '--data', folder, ...source, '--events'], {
    stdin: 'ignore',
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
    const retry = `ann-tui sync ${name}`;
    const part = onDisk(folder, name).bytesHere;
    const kept = part > 0 ? `${size(part)} that are here already; the next sync goes on from there` : 'nothing was changed';
    if (failed !== undefined) {
      const { what, why, hint } = failed;
      throw new UserError({ what, why, kept, hint: hint ?? retry }, exitCode);
    }
    const why = errors.at(-1) ?? (done.signal ? `it was ended by ${done.signal}` : (done.shortMessage ?? `exit code ${done.exitCode}`));
    throw new UserError({ what: `${name} could not be synced`, why, kept, hint: retry }, exitCode);
  } finally {
    over();
  }
};
