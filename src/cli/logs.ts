import { open } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { exitCodes } from '../errors.ts';
import { createSplitter } from '../logs/lines.ts';
import { sanitizeLine } from '../logs/sanitize.ts';
import { recoverRuns } from '../runs/start-supervisor.ts';
import { openRun, resolveRun } from '../runs/store.ts';
import type { Run } from './command.ts';
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

export const run: Run = async (invocation, { io, out }) => {
  const { wholeNumber } = await import('./parse.ts');
  recoverRuns();
  const reader = openRun(resolveRun(invocation.words[0] ?? ''));
  const follow = invocation.flag('follow');
  let number = 0;
  const tail = createTail(wholeNumber(invocation, 'lines'), line => {
    const clean = sanitizeLine(line);
    out.line(clean);
    out.record({ type: 'log', run: reader.run, n: number, line: clean });
    number += 1;
  });
  const splitter = createSplitter();
  const buffer = Buffer.allocUnsafe(chunkBytes);
  let offset = 0;
  const readAll = async (): Promise<void> => {
    const handle = await open(reader.files.log, 'r').catch(() => undefined);
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
      const over = reader.refresh().status === 'ended';
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
