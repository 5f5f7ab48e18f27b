/** `train --check`: whether each seed learnt one batch by heart, as an exit code too. */
import type { Context } from '../../../cli/command.ts';
import { printEnd, whileThere } from '../../../cli/finish.ts';
import { followRun } from '../../../cli/follow.ts';
import { exitCodes } from '../../../errors/errors.ts';
import { isTrainRun } from '../spec.ts';

/** What is done with the run once it is launched. */
export const checkRun = (run: string, context: Context): Promise<number> =>
  whileThere(run, context, async () => {
    const state = await followRun(run, context);
    const code = printEnd(state, context);
    const fails = isTrainRun(state) && state.results.checked.some(({ learns }) => !learns);
    return code === exitCodes.done && fails ? exitCodes.failed : code;
  });
