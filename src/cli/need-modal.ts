/** Modal's client before a command that cannot do without it; chatter to stderr. */
import type { Context } from './command.ts';
import { createStepPrinter } from './step-printer.ts';

export const needModalClient = async ({ io, out }: Context): Promise<void> => {
  const { installModalClient, modalClientStatus } = await import('../setup/modal-client.ts');
  if ((await modalClientStatus()).ready) return;
  out.note("Installing Modal's client, usually within a minute");
  await installModalClient({ onProgress: createStepPrinter(out.note), signal: io.signal });
};
