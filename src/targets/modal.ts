/** Modal as a target. It says honestly what it cannot do yet. */
import { UserError } from '../errors.ts';
import type { Failure } from '../runs/journal-entry.ts';
import type { Target } from './target.ts';

export const notYet: Failure = {
  what: 'Runs on Modal are not available in this version yet',
  why: 'this version runs on this machine only, and shows what the same run would cost there',
  kept: 'nothing was started and nothing is billed',
  hint: 'ann-tui bench --target local',
};

const refuse = async (): Promise<never> => {
  throw new UserError(notYet);
};

export const modalTarget: Target = {
  check: async () => notYet,
  launch: refuse,
  find: async () => undefined,
  follow: async (_runDir, offset) => ({ lines: [], offset }),
  status: async () => ({ state: 'lost' }),
  stop: async () => {},
};
