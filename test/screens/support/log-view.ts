import type { LogView } from '../../../src/logs/log-view.ts';

export type FakeLog = LogView & {
  add(...lines: readonly string[]): void;
  readonly closed: () => boolean;
  /** From now on all that was written before has been read; a log of `reading` begins without. */
  readonly catchUp: () => void;
};

/** A log in memory, with a ring of `capacity` lines. */
export const createFakeLog = (capacity = 1000, { reading = false } = {}): FakeLog => {
  const all: string[] = [];
  const listeners = new Set<() => void>();
  let last: number | undefined;
  let closed = false;
  let caughtUp = !reading;
  const first = () => Math.max(0, all.length - capacity);
  return {
    subscribe(onChange) {
      listeners.add(onChange);
      return () => {
        listeners.delete(onChange);
      };
    },
    total: () => all.length,
    first,
    window: (start, count) => all.slice(Math.max(first(), start), start + count),
    find(wanted, from, direction) {
      const isIt = typeof wanted === 'string' ? (line: string) => line.toLowerCase().includes(wanted.toLowerCase()) : wanted;
      for (let n = from + direction; n >= first() && n < all.length; n += direction) {
        if (isIt(all[n] ?? '')) return n;
      }
      return undefined;
    },
    lastAt: () => last,
    caughtUp: () => caughtUp,
    catchUp() {
      caughtUp = true;
      for (const listener of listeners) listener();
    },
    file: '/home/you/.local/share/ann-tui/runs/bench-7f3a/log',
    close: () => {
      closed = true;
    },
    add(...lines) {
      all.push(...lines);
      last = Date.now();
      for (const listener of listeners) listener();
    },
    closed: () => closed,
  };
};
