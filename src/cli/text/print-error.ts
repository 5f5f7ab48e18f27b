/** The four lines of an error: what happened, why, what was kept, what to type. */
import { exitCodes, toFailure, UserError } from '../../errors/errors.ts';
import type { Failure } from '../../errors/failure.ts';
import { hideSecrets } from '../../secrets/hide.ts';
import { Interruption } from '../io.ts';
import type { Output } from '../output.ts';

export const failureLines = ({ what, why, kept, hint }: Failure): readonly string[] => [
  `✗ ${what}`,
  `  ${why}`,
  ...(kept === undefined ? [] : [`  kept: ${kept}`]),
  ...(hint === undefined ? [] : [`  next: ${hint}`]),
];

/** Says it and returns the exit code. */
export const printError = (error: unknown, out: Output, debug: boolean): number => {
  if (error instanceof Interruption) {
    out.note('interrupted');
    out.record({ type: 'error', what: 'Interrupted', why: 'somebody asked for it', exit_code: error.exitCode });
    return error.exitCode;
  }
  const failure = toFailure(error);
  const exitCode = error instanceof UserError ? error.exitCode : exitCodes.failed;
  if (out.json) out.record({ type: 'error', ...failure, exit_code: exitCode });
  else for (const line of failureLines(failure)) out.note(line);
  if (debug && error instanceof Error && error.stack !== undefined) out.note(hideSecrets(error.stack));
  return exitCode;
};
