/** What of ours runs at Modal, is billed, and belongs to no run of this machine. */
import { existsSync } from 'node:fs';
import { hasEnvironmentToken } from '../accounts/account.ts';
import { profileFilePath } from '../accounts/profile-file.ts';
import { loadModal } from '../config/modal.ts';
import { usageError } from '../errors/errors.ts';
import { startSupervisor } from '../runs/start-supervisor.ts';
import { listRuns, runNames } from '../runs/store.ts';
import { modalClientStatus } from '../setup/modal-client.ts';
import { findOrphans } from './find.ts';
import type { Orphan, Place } from './orphan.ts';

export { stopOrphan } from './find.ts';
export type { Orphan, Place } from './orphan.ts';

/** Whether there is anybody to ask: the client, and a token of any kind. Without a network. */
export const canAsk = async (): Promise<boolean> =>
  (hasEnvironmentToken() || existsSync(profileFilePath())) && (await modalClientStatus()).ready;

/** Rejects with a `ModalError` where Modal cannot be asked; nothing where nobody ever signed in. */
export const orphans = async (where: Partial<Place> = {}): Promise<readonly Orphan[]> => {
  if (!(await canAsk())) return [];
  const resultsVolume = (await loadModal()).value.volumes.results;
  return await findOrphans({ runs: listRuns(), resultsVolume, now: Date.now() }, where);
};

/** Makes the run one of this machine's too, and looks after it from now on. Returns its name. Throws a `UserError` for what is no run. */
export const adoptOrphan = async ({ run, kind, name, place }: Orphan): Promise<string> => {
  if (run === undefined || kind === 'sync')
    throw usageError(`${name} is no run that could be followed`, 'it measures nothing', 'ann-tui datasets');
  if (!runNames().includes(run)) {
    const [{ adoptFromModal }, { createModalClient }] = await Promise.all([
      import('../targets/modal/adopt.ts'),
      import('../modal-client/index.ts'),
    ]);
    const client = createModalClient(place);
    try {
      await adoptFromModal(run, { client, ...place, resultsVolume: (await loadModal()).value.volumes.results });
    } finally {
      await client.close();
    }
  }
  startSupervisor(run);
  return run;
};
