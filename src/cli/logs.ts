import { open } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { exitCodes, usageError } from '../errors.ts';
import { createSplitter } from '../logs/lines.ts';
import { sanitizeLine } from '../logs/sanitize.ts';
import { logFile, logSources } from '../runs/files.ts';
import { recoverRuns } from '../runs/start-supervisor.ts';
import { openRun, type RunReader, resolveRun } from '../runs/store.ts';
import type { Invocation, Run } from './command.ts';
import { Interruption } from './io.ts';

const lookEveryMs = 200;
const chunkBytes = 256 << 10;

/** The last `count` lines need the whole file read, but not kept. */
const createTail = (count: number | undefined, print: (line: string) => void) => {
  const kept: string[] = [];
  let open = count === undefined;
  return {
    push: (line: string): void => {
      if (open) print(line);
      else kept.push(line);
      if (kept.length > (count ?? 0)) kept.shift();
    },
    /** From here on lines are printed as they come. */
    release: (): void => {
      open = true;
      for (const line of kept.splice(0)) print(line);
    },
  };
};

/** Which of the run's texts: its whole log unless another is asked for. Throws a usage error for one that it does not have. */
const sourceOf = (invocation: Invocation, reader: RunReader): string => {
  const [container, image] = [invocation.text('container'), invocation.flag('image')];
  if (container === undefined && !image) return 'job';
  const { run, files } = reader;
  if (container !== undefined && image)
    throw usageError('--container and --image exclude each other', 'each names a text', `ann-tui logs ${run} --image`);
  const known = logSources(files)
    .map(({ id }) => id)
    .filter(id => id !== 'job');
  const wanted = image ? 'image' : (container as string);
  if (known.includes(wanted)) return wanted;
  const what = image ? `${run} has no image` : `${run} has no container "${wanted}"`;
  if (reader.refresh().spec.target === 'local') throw usageError(what, 'it runs on this machine and has one log', `ann-tui logs ${run}`);
  const names = known.filter(id => id !== 'image');
  throw usageError(
    what,
    names.length === 0 ? 'no container has written anything so far' : `there are: ${names.join(', ')}`,
    `ann-tui logs ${run}`,
  );
};

export const run: Run = async (invocation, { io, out }) => {
  const { wholeNumber } = await import('./parse.ts');
  recoverRuns();
  const reader = openRun(resolveRun(invocation.words[0] ?? ''));
  const follow = invocation.flag('follow');
  const source = sourceOf(invocation, reader);
  const file = logFile(reader.files, source);
  let number = 0;
  const tail = createTail(wholeNumber(invocation, 'lines'), line => {
    const clean = sanitizeLine(line);
    out.line(clean);
    out.record({ type: 'log', run: reader.run, ...(source === 'job' ? {} : { source }), n: number, line: clean });
    number += 1;
  });
  const splitter = createSplitter();
  const buffer = Buffer.allocUnsafe(chunkBytes);
  let offset = 0;
  const readAll = async (): Promise<void> => {
    const handle = await open(file, 'r').catch(() => undefined);
    if (handle === undefined) return;
    try {
      for (;;) {
        io.signal.throwIfAborted();
        const { bytesRead } = await handle.read(buffer, 0, chunkBytes, offset);
        if (bytesRead === 0) return;
        offset += bytesRead;
        splitter.write(buffer.subarray(0, bytesRead), tail.push);
      }
    } finally {
      await handle.close();
    }
  };
  try {
    for (;;) {
      // Asked before reading: what was written before the end is then all read.
      const { status, handle } = reader.refresh();
      // A launch that has led to a call says nothing more.
      const over = status === 'ended' || (source === 'image' && handle !== undefined);
      await readAll();
      if (!follow || over) break;
      tail.release();
      await pause(lookEveryMs, undefined, { signal: io.signal }).catch(() => io.signal.throwIfAborted());
    }
  } catch (error) {
    if (error instanceof Interruption) return error.exitCode;
    throw error;
  }
  if (splitter.partial() !== '') tail.push(splitter.partial());
  tail.release();
  if (offset === 0) out.note(`${reader.run} has written nothing to its log${follow ? '' : ' yet'}.`);
  return exitCodes.done;
};
