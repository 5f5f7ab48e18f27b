import { exitCodes } from '../errors.ts';
import { setupStatus } from '../setup/environment.ts';
import type { Run } from './command.ts';
import { setUpFirst } from './set-up-first.ts';

export const run: Run = async (_invocation, context) => {
  const already = setupStatus().ready;
  await setUpFirst(context);
  const { folder } = setupStatus();
  context.out.line(already ? `Set up already: ${folder}` : `Ready: ${folder}`);
  context.out.record({ type: 'setup', ready: true, folder, already });
  return exitCodes.done;
};
