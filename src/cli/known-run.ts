/** A run by the name that a person gave: one of this machine, or one of Modal's that another machine started. */
import { toFailure, UserError } from '../errors.ts';
import { isRunId } from '../runs/ids.ts';
import { startSupervisor } from '../runs/start-supervisor.ts';
import { resolveRun } from '../runs/store.ts';

/** Where at Modal to ask; null is the person's own choice. */
export type Where = { readonly profile: string | null; readonly environment: string | null };

const adopt = async (run: string, where: Where): Promise<void> => {
  const [{ adoptFromModal }, { createModalClient }, { loadModal }] = await Promise.all([
    import('../targets/modal/adopt.ts'),
    import('../modal-client/index.ts'),
    import('../config/modal.ts'),
  ]);
  const client = createModalClient(where);
  try {
    await adoptFromModal(run, { client, ...where, resultsVolume: (await loadModal()).value.volumes.results });
  } finally {
    await client.close();
  }
};

/** Asks Modal only for a whole name that is not known here. Throws what says best why there is no such run. */
export const knownRun = async (text: string, where: Where, note: (text: string) => void): Promise<string> => {
  try {
    return resolveRun(text);
  } catch (error) {
    if (!isRunId(text)) throw error;
  }
  note(`${text} is not known on this machine; asking Modal`);
  try {
    await adopt(text, where);
  } catch (error) {
    const { what, why, hint } = toFailure(error);
    if (!(error instanceof UserError) || what.startsWith('There is no run')) throw error;
    const told = { what: `There is no run "${text}" on this machine`, why: `and Modal could not be asked: ${what}: ${why}` };
    throw new UserError(hint === undefined ? told : { ...told, hint }, error.exitCode);
  }
  startSupervisor(text);
  return text;
};
