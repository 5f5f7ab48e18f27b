/** The exit code of a benchmark of nothing but own files, where we put our index beside them. */
import type { Context } from '../../../cli/command.ts';
import { waitFor } from '../../../cli/finish.ts';
import { exitCodes } from '../../../errors/errors.ts';
import { openRun } from '../../../runs/store.ts';
import { badVerdicts } from '../code-verdicts.ts';
import { isBenchRun } from '../run.ts';

/** That ours was measured makes no success of it: where each file failed, the command did. */
export const waitForOwn = async (run: string, context: Context): Promise<number> => {
  const code = await waitFor(run, context);
  const state = openRun(run).refresh();
  if (code !== exitCodes.done || !isBenchRun(state)) return code;
  const bad = badVerdicts(state.results.verdicts).map(({ impl }) => impl);
  const own = state.spec.implementations.filter(({ source }) => source !== undefined);
  return own.every(({ name }) => bad.includes(name)) ? exitCodes.failed : code;
};
