/** A long thing under way, in plain lines. */
import type { Progress } from '../setup/making.ts';
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
