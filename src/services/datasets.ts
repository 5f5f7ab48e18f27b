/** Datasets: which there are, where each is, and how it gets there. */
import type { DatasetInfo } from '../datasets/dataset-info.ts';
import type { DatasetLook } from '../datasets/look.ts';
import type { VolumeDatasets } from '../datasets/places.ts';
import type { SyncPlan } from '../datasets/sync-plan.ts';
import type { SyncStep } from '../datasets/upload.ts';
import type { JobEvent } from '../events/event.ts';
import { environment } from '../setup/python-env.ts';

export type DatasetService = {
  list(): Promise<readonly DatasetInfo[]>;
  /** All that is known of one, its warnings too. Throws `UserError` for a name that is not there. */
  look(name: string): Promise<DatasetLook>;
  /** To this machine. `from`: a person's own file, folder or address. */
  sync(name: string, from: string | undefined, onEvent: (event: JobEvent) => void, signal: AbortSignal): Promise<void>;
  /** Which datasets are on Modal; an answer within seconds. Never throws. */
  onVolume(): Promise<VolumeDatasets>;
  /** What bringing it to Modal takes; throws `UserError` when it cannot be brought. */
  planVolumeSync(name: string): Promise<SyncPlan>;
  /** Does it. Aborted, what the cloud fetches goes on there without us; what is uploaded stops and is gone on with next time. */
  syncToVolume(name: string, onStep: (step: SyncStep) => void, signal: AbortSignal): Promise<void>;
};

export const createDatasetService = (): DatasetService => ({
  list: async () => (await import('../datasets/catalogue.ts')).catalogue(),
  look: async name => (await import('../datasets/look.ts')).lookAt(name),
  sync: async (name, from, onEvent, signal) => {
    const [{ findDataset }, { syncDataset }] = await Promise.all([import('../datasets/catalogue.ts'), import('../datasets/sync.ts')]);
    const dataset = await findDataset(name);
    if (from !== undefined) (await import('../datasets/source-kind.ts')).requireSourceOf(dataset, from);
    await syncDataset({ python: environment().python, dataset, ...(from === undefined ? {} : { from }), onEvent, signal });
  },
  onVolume: async () => (await import('../datasets/places.ts')).volumeDatasets(),
  planVolumeSync: async name => (await import('../datasets/volume-sync.ts')).planVolumeSync(name),
  syncToVolume: async (name, onStep, signal) => (await import('../datasets/volume-sync.ts')).syncToVolume(name, onStep, signal),
});
