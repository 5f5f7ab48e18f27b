/** A window on a log file that grows: read at our own pace, told at most ten times a second, cleaned only where it is looked at. */
import { type FileHandle, open } from 'node:fs/promises';
import { createSplitter } from './lines.ts';
import { createRing } from './ring.ts';
import { sanitizeLine } from './sanitize.ts';

export type LogViewOptions = {
  /** Lines held in memory. */
  readonly lines?: number;
  /** Further behind than this many bytes, lines are only counted: they would have left the ring before anybody saw them. */
  readonly backlog?: number;
  readonly chunk?: number;
};

/** Milliseconds between two looks at a file that did not grow, and between two notifications. */
const pollEvery = 100;
const notifyEvery = 100;
/** UTF-16 units held in memory, however long the lines are. */
const memory = 64 << 20;

const countNewlines = (chunk: Buffer): number => {
  let count = 0;
  for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) count += 1;
  return count;
};

/** Follows `file`, which may not exist yet, until closed. Does not keep the process alive. */
export const createLogView = (file: string, options: LogViewOptions = {}): LogView => {
  const { lines = 50_000, backlog = 64 << 20, chunk = 256 << 10 } = options;
  const ring = createRing(lines, memory);
  const listeners = new Set<() => void>();
  const buffer = Buffer.allocUnsafe(chunk);
  let splitter = createSplitter();
  let offset = 0;
  let lastAt: number | undefined;
  let caughtUp = false;
  let closed = false;
  let wake = () => {};
  let notification: NodeJS.Timeout | undefined;

  const notifySoon = (): void => {
    if (notification !== undefined || listeners.size === 0) return;
    notification = setTimeout(() => {
      notification = undefined;
      for (const listener of [...listeners]) listener();
    }, notifyEvery);
    notification.unref();
  };

  /** True when there was something. */
  const readOnce = async (handle: FileHandle): Promise<boolean> => {
    const { size, mtimeMs } = await handle.stat();
    if (size <= offset) return false;
    const { bytesRead } = await handle.read(buffer, 0, chunk, offset);
    if (bytesRead === 0) return false;
    offset += bytesRead;
    lastAt = Math.round(mtimeMs);
    const bytes = buffer.subarray(0, bytesRead);
    if (size - offset > backlog) {
      ring.skip(countNewlines(bytes));
      splitter = createSplitter();
    } else splitter.write(bytes, ring.push);
    notifySoon();
    return true;
  };

  const pause = (): Promise<void> =>
    new Promise(resolve => {
      const timer = setTimeout(resolve, pollEvery);
      timer.unref();
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  /** What stood in the file when it was opened has been read, or there is no file yet. */
  const catchUp = (): void => {
    if (caughtUp) return;
    caughtUp = true;
    notifySoon();
  };

  const follow = async (): Promise<void> => {
    let handle: FileHandle | undefined;
    while (!closed) {
      try {
        handle ??= await open(file, 'r');
        if (await readOnce(handle)) continue;
        catchUp();
      } catch {
        catchUp();
        // Not there yet, or not readable for now: the next look tells.
      }
      if (!closed) await pause();
    }
    await handle?.close().catch(() => {});
  };
  void follow();

  const total = (): number => ring.total() + (splitter.partial() === '' ? 0 : 1);

  const lineAt = (number: number): string | undefined => {
    const raw = number === ring.total() ? splitter.partial() : ring.at(number);
    return raw === undefined ? undefined : sanitizeLine(raw);
  };

  return {
    file,
    total,
    first: ring.first,
    lastAt: () => lastAt,
    caughtUp: () => caughtUp,
    subscribe: onChange => {
      listeners.add(onChange);
      return () => {
        listeners.delete(onChange);
      };
    },
    window: (start, count) => {
      const from = Math.max(start, ring.first());
      const to = Math.min(start + count, total());
      return Array.from({ length: Math.max(0, to - from) }, (_, index) => lineAt(from + index) as string);
    },
    find: (wanted, from, direction) => {
      if (wanted === '') return undefined;
      const lower = typeof wanted === 'string' ? wanted.toLowerCase() : '';
      const isIt = typeof wanted === 'string' ? (line: string) => line.toLowerCase().includes(lower) : wanted;
      const [first, end] = [ring.first(), total()];
      // Standing outside the ring, the search begins at its nearer edge.
      const start = direction === 1 ? Math.max(from + 1, first) : Math.min(from - 1, end - 1);
      for (let number = start; number >= first && number < end; number += direction) {
        if (isIt(lineAt(number) ?? '')) return number;
      }
      return undefined;
    },
    close: () => {
      closed = true;
      clearTimeout(notification);
      listeners.clear();
      wake();
    },
  };
};

/** A bounded window on a log file that is growing. Lines are numbered from 0; old ones leave the ring but stay on disk. */
export type LogView = {
  /** Called at most 10 times a second when something changed. */
  subscribe(onChange: () => void): () => void;
  /** Lines seen so far; also the number that the next line will get. */
  total(): number;
  /** Number of the oldest line still in the ring. */
  first(): number;
  /** Cleaned lines `start`…`start + count - 1`, fewer at the edges. */
  window(start: number, count: number): readonly string[];
  /** Number of the next line that contains a text (case-insensitive), or is `wanted`, after/before `from`; undefined when none in the ring. */
  find(wanted: string | ((line: string) => boolean), from: number, direction: 1 | -1): number | undefined;
  /** Unix milliseconds when the last line came; undefined when none did. */
  lastAt(): number | undefined;
  /** What was written before has been read: what is not found is not there. Subscribers are called when it becomes true. */
  caughtUp(): boolean;
  /** The file with every line. */
  readonly file: string;
  close(): void;
};
