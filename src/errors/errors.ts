import { hideSecrets } from '../secrets/hide.ts';
import type { Failure } from './failure.ts';
import { fileFailure } from './file-failure.ts';

/** Exit codes of the command contract. */
export const exitCodes = { done: 0, failed: 1, usage: 2, refused: 3, budget: 4, interrupted: 130 } as const;

/** An error that a person can act on: what happened, why, what was kept, what to type next. */
export class UserError extends Error {
  readonly failure: Failure;
  readonly exitCode: number;

  constructor(failure: Failure, exitCode: number = exitCodes.failed) {
    super(`${failure.what}: ${failure.why}`);
    this.name = 'UserError';
    this.failure = failure;
    this.exitCode = exitCode;
  }
}

/** Wrong usage or configuration: exit code 2. */
export const usageError = (what: string, why: string, hint?: string): UserError =>
  new UserError(hint === undefined ? { what, why } : { what, why, hint }, exitCodes.usage);

/** Any thrown thing as something to show; a bug keeps its first stack line, never a bare stack. */
export const toFailure = (error: unknown): Failure => {
  if (error instanceof UserError) return error.failure;
  const ofFiles = fileFailure(error);
  if (ofFiles !== undefined) return ofFiles;
  if (error instanceof Error) return { what: 'Something unexpected happened', why: hideSecrets(error.message), hint: 'ann-tui info' };
  return { what: 'Something unexpected happened', why: hideSecrets(String(error)), hint: 'ann-tui info' };
};
