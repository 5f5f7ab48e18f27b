/** Following runs by looking at their files: no descriptor is held, and a dead supervisor is no special case. */
import type { RunState } from './state.ts';
import { createLister, openRun } from './store.ts';

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

const same = (a: readonly RunState[], b: readonly RunState[]): boolean =>
  a.length === b.length && a.every((state, index) => state === b[index]);

/** Calls back with all runs, newest first, now and whenever one changed, came or went. Does not keep the process alive. */
export const watchRuns = (onChange: (runs: readonly RunState[]) => void): Unsubscribe => {
  const list = createLister();
  let last = list();
  const timer = setInterval(() => {
    const runs = list();
    if (same(runs, last)) return;
    last = runs;
    onChange(runs);
  }, listEvery);
  timer.unref();
  onChange(last);
  return () => clearInterval(timer);
};
