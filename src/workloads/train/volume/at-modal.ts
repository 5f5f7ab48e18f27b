/** What runs keep at Modal, asked and removed through the volume's own interface: no container is started, nothing is billed for it. */
import { ModalError } from '../../../modal-client/errors.ts';
import type { ModalClient } from '../../../modal-client/types.ts';
import type { RunState } from '../../../runs/state.ts';
import { type Going, liveApps } from './clean.ts';
import { bestOf, groupsOf, type KeptCheckpoint, type KeptRun, keptRuns, runsFolder } from './kept.ts';

/** Seconds to list a volume with very many files, and for each small question. */
const patience = { list: 120, ask: 15 };

const isMissing = (error: unknown): boolean => error instanceof ModalError && error.kind === 'not-found';

const readJson = async (client: ModalClient, volume: string, path: string): Promise<unknown> => {
  try {
    return JSON.parse((await client.volumeRead(volume, path, { deadline: patience.ask })).bytes.toString('utf8'));
  } catch (error) {
    if (isMissing(error) || error instanceof SyntaxError) return undefined;
    throw error;
  }
};

/** Rejects with a `ModalError`; of a volume that is not there nothing is kept. */
export const keptAtModal = async (client: ModalClient, volume: string, signal?: AbortSignal): Promise<readonly KeptRun[]> => {
  try {
    return keptRuns(
      await client.volumeList(volume, runsFolder, { recursive: true, deadline: patience.list, ...(signal !== undefined && { signal }) }),
    );
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
};

/** `runs`: of this machine. */
export const goingOnAtModal = async (client: ModalClient, volume: string, runs: readonly RunState[]): Promise<Going> => {
  const apps = await client.apps({ deadline: patience.ask });
  const unknown = [...new Set(liveApps(apps).map(({ run }) => run))].filter(run => !runs.some(state => state.run === run));
  const specs = await Promise.all(
    unknown.map(async run => [run, await readJson(client, volume, `${runsFolder}/${run}/spec.json`)] as const),
  );
  return { apps, runs, specs: Object.fromEntries(specs), now: Date.now() };
};

/** Of each seed the step of its best, as its card on the volume says; without those whose card says none. */
export const bestSteps = async (client: ModalClient, volume: string, kept: KeptRun): Promise<readonly number[]> => {
  const found = await Promise.all(
    groupsOf(kept).map(async group => {
      const best = bestOf(group);
      const card = best && ((await readJson(client, volume, `${best.folder}/card.json`)) as { readonly step?: unknown } | undefined);
      return typeof card?.step === 'number' ? [card.step] : [];
    }),
  );
  return found.flat();
};

/** For good, one after the other; one that is gone already is fine. */
export const removeCheckpoints = async (
  client: ModalClient,
  volume: string,
  checkpoints: readonly KeptCheckpoint[],
  signal: AbortSignal,
): Promise<void> => {
  for (const { folder } of checkpoints) {
    signal.throwIfAborted();
    try {
      await client.volumeRemove(volume, folder);
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }
};
