/** Following runs by looking at their files: no descriptor is held, and a dead supervisor is no special case. */
import type { RunState } from './state.ts';
import { createLister, type Listed, openRun, type UnreadableRun } from './store.ts';

export type Unsubscribe = () => void;

const followEvery = 200;
const listEvery = 1000;

/**
 * Calls back with the state now and whenever it changed, until unsubscribed or until the run is removed. Keeps the process alive, since
 * whoever follows one run waits for it. Throws a `UserError` when there is no such run.
 */
export const watchRun = (run: string, onChange: (state: RunState) => void): Unsubscribe => {
  const { refresh } = openRun(run);
  let last = refresh();
  const timer = setInterval(() => {
    let state: RunState;
    try {
      state = refresh();
    } catch {
      clearInterval(timer);
      return;
    }
    if (state === last) return;
    last = state;
    onChange(state);
  }, followEvery);
  onChange(last);
  return () => clearInterval(timer);
};

const sameItems = <T>(a: readonly T[], b: readonly T[], same: (a: T, b: T | undefined) => boolean): boolean =>
  a.length === b.length && a.every((item, index) => same(item, b[index]));

const same = (a: Listed, b: Listed): boolean =>
  sameItems(a.runs, b.runs, (one, other) => one === other) &&
  sameItems(a.unreadable, b.unreadable, (one, other) => one.run === other?.run && one.why === other.why);

/**
 * Calls back with all runs, newest first, and with those that cannot be read; now and whenever one changed, came or went. Does not keep the
 * process alive.
 */
export const watchRuns = (
  onChange: (runs: readonly RunState[], unreadable: readonly UnreadableRun[]) => void,
  list: () => Listed = createLister(),
): Unsubscribe => {
  let last = list();
  const timer = setInterval(() => {
    const listed = list();
    if (same(listed, last)) return;
    last = listed;
    onChange(listed.runs, listed.unreadable);
  }, listEvery);
  timer.unref();
  onChange(last.runs, last.unreadable);
  return () => clearInterval(timer);
};
