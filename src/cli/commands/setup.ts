import { exitCodes } from '../../errors/errors.ts';
import { setupStatus } from '../../setup/python-env.ts';
import type { Context, Run } from '../command.ts';
import { createStepPrinter, setUpFirst } from '../set-up-first.ts';
import { failureLines } from '../text/print-error.ts';

/** Modal's client, as the last step: what went wrong with it is a warning, because everything here works without it. */
const setUpClient = async ({ io, out }: Context) => {
  const { setUpModalClient } = await import('../../setup/modal-client.ts');
  return await setUpModalClient({ onProgress: createStepPrinter(out.note), signal: io.signal });
};

export const run: Run = async (_invocation, context) => {
  const already = setupStatus().ready;
  await setUpFirst(context);
  const client = await setUpClient(context);
  const { folder } = setupStatus();
  context.out.line(already ? `Set up already: ${folder}` : `Ready: ${folder}`);
  if (client !== undefined) for (const line of failureLines(client)) context.out.note(line);
  context.out.record({ type: 'setup', ready: true, folder, already, modal: client === undefined, ...(client && { warning: client }) });
  return exitCodes.done;
};
