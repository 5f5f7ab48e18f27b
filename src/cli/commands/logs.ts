/** A run's log: byte for byte into a file or a pipe, cleaned for a terminal. Memory does not grow with it, and a slow reader is waited for. */
import { open } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { exitCodes, usageError } from '../../errors/errors.ts';
import { createSplitter } from '../../logs/lines.ts';
import { sanitizeLine } from '../../logs/sanitize.ts';
import { logFile, logSources } from '../../runs/files.ts';
import { recoverRuns } from '../../runs/start-supervisor.ts';
import { openRun, type RunReader, resolveRun } from '../../runs/store.ts';
import type { Invocation, Run } from '../command.ts';
import { Interruption, type Io, isUtf8, toAscii } from '../io.ts';

const lookEveryMs = 200;
const chunkBytes = 256 << 10;
const newline = 10;

/** Where the last `count` lines of a file begin, in bytes; read from its end, so that a long log costs nothing. */
const tailOffset = async (file: string, count: number): Promise<number> => {
  const handle = await open(file, 'r').catch(() => undefined);
  if (handle === undefined) return 0;
  try {
    const { size } = await handle.stat();
    if (count === 0) return size;
    const buffer = Buffer.allocUnsafe(chunkBytes);
    let left = count;
    // The newline at the very end begins no line.
    let end = size - 1;
    while (end > 0) {
      const start = Math.max(0, end - chunkBytes);
      const { bytesRead } = await handle.read(buffer, 0, end - start, start);
      const bytes = buffer.subarray(0, bytesRead);
      for (let at = bytes.lastIndexOf(newline); at >= 0; at = at === 0 ? -1 : bytes.lastIndexOf(newline, at - 1)) {
        left -= 1;
        if (left === 0) return start + at + 1;
      }
      end = start;
    }
    return 0;
  } finally {
    await handle.close();
  }
};

/** What becomes of the bytes of a log: themselves, lines that a terminal may show, or records. */
type Writer = {
  readonly write: (bytes: Buffer) => Promise<void>;
  /** What has no newline yet. */
  readonly end: () => Promise<void>;
};

const rawWriter = (io: Io): Writer => ({ write: bytes => io.write(bytes), end: async () => {} });

const lineWriter = (io: Io, textOf: (line: string) => string): Writer => {
  const splitter = createSplitter();
  return {
    write: async bytes => {
      const lines: string[] = [];
      splitter.write(bytes, line => lines.push(textOf(line)));
      if (lines.length > 0) await io.write(lines.join(''));
    },
    end: async () => {
      if (splitter.partial() !== '') await io.write(textOf(splitter.partial()));
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
  const { wholeNumber } = await import('../parse.ts');
  const count = wholeNumber(invocation, 'lines');
  if (count !== undefined && count < 0) throw usageError(`--lines ${count} cannot be`, 'it is 0 or more', 'ann-tui logs --help');
  recoverRuns();
  const reader = openRun(resolveRun(invocation.words[0] ?? ''));
  const follow = invocation.flag('follow');
  const source = sourceOf(invocation, reader);
  const file = logFile(reader.files, source);
  const about = { type: 'log', run: reader.run, ...(source === 'job' ? {} : { source }) };
  let number = 0;
  const record = (line: string): string => `${JSON.stringify({ ...about, n: number++, line: sanitizeLine(line) })}\n`;
  const shown = isUtf8(io.env) ? (text: string) => text : toAscii;
  const writer = out.json
    ? lineWriter(io, record)
    : io.terminal || invocation.flag('clean')
      ? lineWriter(io, line => `${shown(sanitizeLine(line))}\n`)
      : rawWriter(io);
  const buffer = Buffer.allocUnsafe(chunkBytes);
  let offset = count === undefined ? 0 : await tailOffset(file, count);
  const readAll = async (): Promise<void> => {
    const handle = await open(file, 'r').catch(() => undefined);
    if (handle === undefined) return;
    try {
      for (;;) {
        io.signal.throwIfAborted();
        const { bytesRead } = await handle.read(buffer, 0, chunkBytes, offset);
        if (bytesRead === 0) return;
        offset += bytesRead;
        await writer.write(buffer.subarray(0, bytesRead));
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
      await pause(lookEveryMs, undefined, { signal: io.signal }).catch(() => io.signal.throwIfAborted());
    }
  } catch (error) {
    if (error instanceof Interruption) return error.exitCode;
    throw error;
  }
  await writer.end();
  if (offset === 0) out.note(`${reader.run} has written nothing to its log${follow ? '' : ' yet'}.`);
  return exitCodes.done;
};
