/** For tests that ask Modal's client from within: the home that has it, and the variables it looks at. */
import { type ModalClientStatus, modalClientStatus } from '../../src/setup/modal-client.ts';
import { testHome } from './stand-in.ts';

/** The private client of the prepared home, which is this process's home from now on. */
export const preparedClient = async (): Promise<Extract<ModalClientStatus, { ready: true }>> => {
  process.env.ANN_TUI_HOME = testHome();
  const status = await modalClientStatus();
  if (!status.ready) throw new Error(`Modal's client is not in ${testHome()}: ${status.why}. npm test prepares it.`);
  return status;
};

/** Variables that a test sets for the client, with a home that has no profile file. */
export const clientEnv = (more: Readonly<Record<string, string>>): { set(): void; restore(): void } => {
  const before = { ...process.env };
  return {
    set: () => void Object.assign(process.env, more),
    restore: () => {
      for (const name of Object.keys(more)) delete process.env[name];
      Object.assign(process.env, before);
    },
  };
};
