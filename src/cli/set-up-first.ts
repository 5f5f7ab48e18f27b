/** Set-up as part of another command: chatter to stderr, so that stdout stays the command's own. */

import { setupStatus } from '../setup/python-env.ts';
import { trainingStatus } from '../setup/training/status.ts';
import type { Runtime } from '../workloads/workload.ts';
import type { Context } from './command.ts';
import { createStepPrinter } from './step-printer.ts';

const setUpCore = async ({ io, out }: Context): Promise<void> => {
  const { ready, why } = setupStatus();
  if (ready) return;
  out.note(`Setting up Python and the C++ core, 1 to 3 minutes (${why})`);
  const { setup } = await import('../setup/setup.ts');
  await setup({ onProgress: createStepPrinter(out.note), signal: io.signal });
};

/**
 * Makes what a job of this runtime needs, where it is not there yet. `yes`: gigabytes may be fetched without a question. False when a person
 * would not have it, which was said.
 */
export const setUpFirst = async (context: Context, runtime: Runtime = 'core', yes = false): Promise<boolean> => {
  await setUpCore(context);
  if (runtime === 'core' || trainingStatus().ready) return true;
  const { setUpTraining } = await import('./set-up-training.ts');
  return await setUpTraining({}, yes, context);
};
