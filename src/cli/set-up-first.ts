/** Set-up as part of another command: chatter to stderr, so that stdout stays the command's own. */

import type { Progress } from '../setup/making.ts';
import { setupStatus } from '../setup/python-env.ts';
import type { Context } from './command.ts';
import { createPaced } from './output.ts';

/** Says each step once, and within a step what goes on every few seconds. */
export const createStepPrinter = (say: (text: string) => void, everyMs = 5000) => {
  const paced = createPaced(say, everyMs);
  let step: string | undefined;
  return (progress: Progress): void => {
    if (progress.step !== step) {
      step = progress.step;
      say(`  ${progress.step}`);
    } else if (progress.detail !== undefined) paced(`    ${progress.detail}`);
  };
};

export const setUpFirst = async ({ io, out }: Context): Promise<void> => {
  const { ready, why } = setupStatus();
  if (ready) return;
  out.note(`Setting up Python and the C++ core, 1 to 3 minutes (${why})`);
  const { setup } = await import('../setup/setup.ts');
  await setup({ onProgress: createStepPrinter(out.note), signal: io.signal });
};
