/** What a bug leaves behind: four lines, and the stack for those who look for it. No report of ours has a secret in it. */
import { writeSync } from 'node:fs';
import { toFailure } from '../errors/errors.ts';
import { hideSecrets } from '../secrets/hide.ts';
import { typed } from '../text/typed.ts';

export const crashText = (error: unknown, env: NodeJS.ProcessEnv): string => {
  const failure = toFailure(error);
  const stack = env.ANN_TUI_DEBUG && error instanceof Error ? `\n${hideSecrets(error.stack ?? '', env)}\n` : '';
  return [
    `✗ ${failure.what}`,
    `  why   ${failure.why}`,
    `  kept  ${failure.kept ?? 'runs go on without this terminal, and their files are untouched'}`,
    `  next  ${typed(failure.hint ?? 'ann-tui info')}`,
    stack,
  ].join('\n');
};

/**
 * For a process without a screen: an error that nobody caught ends it with 1, as ever, but is told in our words. Node's own would show
 * everything that hangs on the error, a request's headers too. `debug`: always with the stack.
 */
export const reportCrashes = ({ debug = false }: { readonly debug?: boolean } = {}): void => {
  process.on('uncaughtException', error => {
    try {
      writeSync(process.stderr.fd, crashText(error, debug ? { ...process.env, ANN_TUI_DEBUG: '1' } : process.env));
    } catch {
      // Nobody is left to read it.
    }
    process.exit(1);
  });
};
