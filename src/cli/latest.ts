/** A run by the name that a person gave, where "latest" is the newest that has what is asked for: a check or a failed run has none. */
import type { RunState } from '../runs/state.ts';
import { listRuns, resolveRun } from '../runs/store.ts';
import type { Context } from './command.ts';

/**
 * `what`: for whoever is told that it is not the newest of all: "a report". Where no run has it, the newest says why. Throws a usage error for a
 * word that stands for no run.
 */
export const resolveWith = (text: string, what: string, has: (run: RunState) => boolean, { out }: Context): string => {
  if (text !== 'latest') return resolveRun(text);
  const runs = listRuns();
  const found = runs.find(has);
  if (found === undefined || found === runs[0]) return resolveRun(text);
  out.note(`latest is ${found.run} here, the newest run with ${what}`);
  return found.run;
};
