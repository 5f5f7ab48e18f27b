/** A run by the name that a person gave: one of this machine, or one of Modal's that another machine started. */
import { toFailure, UserError } from '../errors/errors.ts';
import { isRunId } from '../runs/ids.ts';
import { startSupervisor } from '../runs/start-supervisor.ts';
import { resolveRun } from '../runs/store.ts';

/** Where at Modal to ask; null is what the person chose last. */
export type Where = { readonly profile: string | null; readonly environment: string | null };

const adopt = async (run: string, asked: Where): Promise<void> => {
  const [{ withModal }, { adoptFromModal }, { loadModal }] = await Promise.all([
    import('../accounts/with-modal.ts'),
    import('../targets/modal/adopt.ts'),
    import('../config/modal.ts'),
  ]);
  const resultsVolume = (await loadModal()).value.volumes.results;
  await withModal(asked, (client, where) => adoptFromModal(run, { client, ...where, resultsVolume }));
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
