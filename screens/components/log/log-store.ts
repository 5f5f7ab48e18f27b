/**
 * The log's window, outside of React: what is shown changes at most ten times a second while it follows, thirty while
 * keys arrive, whatever the job writes.
 */
import type { LogView, Unsubscribe } from '../../../src/services.ts';

export type LogSnapshot = {
  readonly lines: readonly string[];
  /** Number of the first line shown. */
  readonly start: number;
  readonly total: number;
  readonly follow: boolean;
  readonly search: string;
  /** Line of the current match. */
  readonly match: number | undefined;
  /** The last search went to the end without a match. */
  readonly missed: boolean;
  readonly lastAt: number | undefined;
  readonly file: string;
};

export type LogStore = {
  subscribe(onChange: () => void): Unsubscribe;
  snapshot(): LogSnapshot;
  setHeight(rows: number): void;
  scroll(by: number): void;
  page(direction: 1 | -1): void;
  toStart(): void;
  follow(): void;
  search(text: string): void;
  next(direction: 1 | -1): void;
  close(): void;
};

const followInterval = 100;
const keyInterval = 33;

export const createLogStore = (view: LogView): LogStore => {
  let height = 6;
  /** First line shown while not following. */
  let top = 0;
  let following = true;
  let text = '';
  let match: number | undefined;
  let missed = false;
  const listeners = new Set<() => void>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let dueAt = Number.POSITIVE_INFINITY;

  const lastTop = () => Math.max(view.first(), view.total() - height);
  const take = (): LogSnapshot => {
    if (following) top = lastTop();
    // Lines that left the ring cannot be shown any more.
    else top = Math.max(top, view.first());
    return {
      lines: view.window(top, height),
      start: top,
      total: view.total(),
      follow: following,
      search: text,
      match,
      missed,
      lastAt: view.lastAt(),
      file: view.file,
    };
  };
  let current = take();

  const publish = () => {
    timer = undefined;
    dueAt = Number.POSITIVE_INFINITY;
    current = take();
    for (const listener of listeners) listener();
  };
  /** One trailing timer; a key brings it forward, the log's own news never does. */
  const bump = (interval: number) => {
    const wanted = Date.now() + interval;
    if (wanted >= dueAt) return;
    clearTimeout(timer);
    dueAt = wanted;
    timer = setTimeout(publish, interval);
  };
  const moveTo = (line: number) => {
    top = Math.max(view.first(), Math.min(line, lastTop()));
    following = top >= lastTop() && line >= lastTop();
    bump(keyInterval);
  };
  const unsubscribe = view.subscribe(() => bump(followInterval));

  const find = (from: number, direction: 1 | -1) => {
    const found = text === '' ? undefined : view.find(text, from, direction);
    missed = text !== '' && found === undefined;
    if (found === undefined) {
      bump(keyInterval);
      return;
    }
    match = found;
    following = false;
    top = Math.max(view.first(), Math.min(found - Math.floor(height / 2), lastTop()));
    bump(keyInterval);
  };

  return {
    subscribe(onChange) {
      listeners.add(onChange);
      return () => {
        listeners.delete(onChange);
      };
    },
    snapshot: () => current,
    setHeight(rows) {
      if (rows === height) return;
      height = rows;
      bump(keyInterval);
    },
    scroll: by => moveTo(top + by),
    page: direction => moveTo(top + direction * Math.max(1, height - 1)),
    toStart: () => {
      following = false;
      top = view.first();
      bump(keyInterval);
    },
    follow: () => {
      following = true;
      bump(keyInterval);
    },
    search(wanted) {
      text = wanted;
      match = undefined;
      // From the newest line shown, towards older ones.
      find(Math.min(view.total(), top + height), -1);
    },
    next: direction => find(match ?? top + height, direction),
    close() {
      clearTimeout(timer);
      unsubscribe();
      view.close();
    },
  };
};
