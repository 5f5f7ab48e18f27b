/**
 * The log's window, outside of React: what is shown changes at most ten times a second while it follows, thirty while
 * keys arrive, whatever the job writes.
 */
import { isErrorLine } from '../../../src/logs/errors.ts';
import type { LogView } from '../../../src/logs/log-view.ts';
import type { Unsubscribe } from '../../../src/services/runs.ts';
import { type At, before, type Held, lastTop, moved, rowsOf } from './log-layout.ts';

export type LogSnapshot = {
  readonly lines: readonly string[];
  /** Number of the first line shown. */
  readonly start: number;
  /** Rows of the first line that stand above the window; 0 where lines are not wrapped. */
  readonly skipped: number;
  /** Long lines go on below; else they are cut. */
  readonly wrapped: boolean;
  /** Columns that were scrolled sideways; 0 where lines are wrapped. */
  readonly left: number;
  readonly total: number;
  readonly follow: boolean;
  readonly search: string;
  /** Line of the current match, or error. */
  readonly match: number | undefined;
  /** The last search went to the end without a match. */
  readonly missed: boolean;
  readonly lastAt: number | undefined;
  readonly file: string;
  /** What was written before is still being read. */
  readonly reading: boolean;
};

export type LogStore = {
  subscribe(onChange: () => void): Unsubscribe;
  snapshot(): LogSnapshot;
  /** `columns`: those of the text. */
  setSize(rows: number, columns: number): void;
  setWrapped(wrapped: boolean): void;
  /** Positive: towards the end of the lines. */
  sideways(columns: number): void;
  scroll(by: number): void;
  page(direction: 1 | -1): void;
  toStart(): void;
  follow(): void;
  search(text: string): void;
  next(direction: 1 | -1): void;
  /**
   * To the next line that tells of an error, the oldest first; after the newest the oldest again. Before the log is read it waits for that;
   * `onEnd` is told whether there is one.
   */
  nextError(onEnd: (found: boolean) => void): void;
  /** The line that a person looks at: the match, else the first error, else the first one shown. Undefined: there is none. */
  lookedAt(): { readonly line: number; readonly text: string } | undefined;
  close(): void;
};

const followInterval = 100;
const keyInterval = 33;

export const createLogStore = (view: LogView): LogStore => {
  let height = 6;
  let columns = 80;
  let wrapped = false;
  let left = 0;
  /** First row shown while not following. */
  let top: At = { line: 0, row: 0 };
  let following = true;
  let text = '';
  let match: number | undefined;
  let missed = false;
  const listeners = new Set<() => void>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let dueAt = Number.POSITIVE_INFINITY;

  const lineAt = (line: number): string | undefined => view.window(line, 1)[0];
  const held = (): Held => ({
    first: view.first(),
    total: view.total(),
    rows: line => (wrapped ? rowsOf(lineAt(line) ?? '', columns).length : 1),
  });
  const take = (): LogSnapshot => {
    // Lines that left the ring cannot be shown any more.
    top = following ? lastTop(height, held()) : moved(top, 0, held());
    return {
      lines: view.window(top.line, height),
      start: top.line,
      skipped: top.row,
      wrapped,
      left,
      total: view.total(),
      follow: following,
      search: text,
      match,
      missed,
      lastAt: view.lastAt(),
      file: view.file,
      reading: !view.caughtUp(),
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
  const moveTo = (wanted: At, atEnd = false) => {
    wish = undefined;
    const last = lastTop(height, held());
    following = atEnd || !before(wanted, last);
    top = before(wanted, last) ? wanted : last;
    bump(keyInterval);
  };
  const scrollBy = (by: number) => moveTo(moved(top, by, held()));
  /** What waits until the log is read; the last wish counts, and moving about ends it. */
  let wish: (() => void) | undefined;
  const whenRead = (act: () => void) => {
    if (view.caughtUp()) act();
    else wish = act;
  };
  const unsubscribe = view.subscribe(() => {
    bump(followInterval);
    if (wish === undefined || !view.caughtUp()) return;
    const act = wish;
    wish = undefined;
    act();
  });

  const find = (from: number, direction: 1 | -1) => {
    const found = text === '' ? undefined : view.find(text, from, direction);
    missed = text !== '' && found === undefined;
    if (found === undefined) {
      bump(keyInterval);
      return;
    }
    show(found, Math.floor(height / 2));
  };
  /** With so many rows above it, where there are as many below. */
  const show = (line: number, above: number) => {
    match = line;
    const last = lastTop(height, held());
    const wanted = moved({ line, row: 0 }, -above, held());
    following = false;
    top = before(wanted, last) ? wanted : last;
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
    setSize(rows, width) {
      if (rows === height && width === columns) return;
      height = rows;
      columns = width;
      bump(keyInterval);
    },
    setWrapped(wanted) {
      wrapped = wanted;
      left = 0;
      top = { line: top.line, row: 0 };
      bump(keyInterval);
    },
    sideways(by) {
      left = Math.max(0, left + by);
      bump(keyInterval);
    },
    scroll: scrollBy,
    page: direction => scrollBy(direction * Math.max(1, height - 1)),
    toStart: () => {
      wish = undefined;
      following = false;
      top = { line: view.first(), row: 0 };
      bump(keyInterval);
    },
    follow: () => {
      wish = undefined;
      following = true;
      bump(keyInterval);
    },
    search(wanted) {
      text = wanted;
      match = undefined;
      missed = false;
      bump(keyInterval);
      // From the newest line shown, towards older ones.
      whenRead(() => find(Math.min(view.total(), top.line + height), -1));
    },
    next: direction => find(match ?? top.line + height, direction),
    nextError(onEnd) {
      whenRead(() => {
        const from = match === undefined || !isErrorLine(lineAt(match) ?? '') ? view.first() - 1 : match;
        const found = view.find(isErrorLine, from, 1) ?? view.find(isErrorLine, view.first() - 1, 1);
        // What led to it stands above; what the compiler says further, below.
        if (found !== undefined) show(found, 1);
        onEnd(found !== undefined);
      });
    },
    lookedAt() {
      const line = match ?? view.find(isErrorLine, view.first() - 1, 1) ?? top.line;
      const found = lineAt(line);
      return found === undefined ? undefined : { line, text: found };
    },
    close() {
      clearTimeout(timer);
      unsubscribe();
      view.close();
    },
  };
};
