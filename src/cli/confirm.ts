import { usageError } from '../errors/errors.ts';
import type { Context, Invocation } from './command.ts';

/** Asks before something that cannot be undone; the safe answer is the default. Without a terminal only `--yes` will do. */
export const confirmed = async (question: string, invocation: Invocation, { io, out }: Context, command: string): Promise<boolean> => {
  if (invocation.flag('yes')) return true;
  if (!io.interactive || out.json)
    throw usageError('Nothing was removed', 'without a terminal to ask in, --yes is needed', `${command} --yes`);
  return /^y(es)?$/i.test((await io.ask(`${question} [y/N] `)).trim());
};
