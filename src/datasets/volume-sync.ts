/** A dataset onto the volume at Modal: fetched there by a container when it is published, uploaded from here when it is only here. */
import { currentPrices } from '../accounts/live-rates.ts';
import { withModal } from '../accounts/with-modal.ts';
import { pinsOf } from '../config/datasets.ts';
import { loadModal } from '../config/modal.ts';
import { usageError } from '../errors/errors.ts';
import type { Where } from '../modal-client/index.ts';
import type { ModalClient, Uploaded } from '../modal-client/types.ts';
import { storagePrice } from '../prices/storage.ts';
import { paths } from '../util/paths.ts';
import { findDataset } from './catalogue.ts';
import { type CloudSource, type CloudSync, findCloudSync, followCloudSync, planCloudSync, startCloudSync } from './cloud-sync.ts';
import type { KnownDataset } from './dataset-info.ts';
import { planRecordingsUpload, recordingsWay, uploadRecordings } from './recordings-to-modal.ts';
import type { SyncPlan } from './sync-plan.ts';
import { type SyncStep, type UploadStep, uploadToVolume } from './upload.ts';
import { vectorsHere } from './vectors-here.ts';

/** Whether the cloud can have it without this machine. */
export const isInReach = ({ url, made, own }: Pick<KnownDataset, 'url' | 'made' | 'own'>): boolean =>
  !own && (made === true || url !== null);

export const cloudSyncOf = (client: ModalClient, where: Where, entry: KnownDataset): CloudSync => {
  const { name, bytes, url } = entry;
  return { client, where, source: { of: entry.of, name, bytes, url, ...pinsOf(entry) } };
};

/** Throws a `UserError` unless it is here, whole and verified. */
export const requireHere = (name: string): number => {
  const { state, bytesHere } = vectorsHere(paths().datasets, name);
  if (state === 'verified') return bytesHere;
  throw usageError(
    `${name} cannot be brought to Modal yet`,
    'it is published nowhere as one file, and it is not verified on this machine',
    `ann-tui sync ${name} --target modal --from FILE`,
  );
};

/** The dataset and, behind it, the stamp that says it is whole. */
export const uploadDataset = async (
  client: ModalClient,
  name: string,
  onProgress: (step: UploadStep) => void,
  signal: AbortSignal,
): Promise<Uploaded> => {
  requireHere(name);
  const volume = (await loadModal()).value.volumes.datasets;
  const names = [`${name}.hdf5`, `${name}.json`];
  // What has this name there is this dataset too: an older one, or a part.
  return await uploadToVolume({ client, volume, path: '', local: paths().datasets, create: 2, force: true, names, onProgress, signal });
};

export const planUpload = async (name: string): Promise<Extract<SyncPlan, { how: 'upload' }>> => {
  const bytes = requireHere(name);
  return {
    how: 'upload',
    volume: (await loadModal()).value.volumes.datasets,
    bytes,
    dollarsPerMonth: storagePrice(bytes, (await currentPrices()).value.storage),
  };
};

/** What a container there would do; undefined for what is uploaded from here. */
const cloudSourceOf = async (entry: KnownDataset): Promise<CloudSource | undefined> => {
  if (entry.of === 'recordings') {
    const way = await recordingsWay(entry, false);
    return way.how === 'cloud' ? way.source : undefined;
  }
  const { of, name, bytes, url } = entry;
  return isInReach(entry) ? { of, name, bytes, url, ...pinsOf(entry) } : undefined;
};

/** For a screen: what it takes. */
export const planVolumeSync = async (name: string, asked: Where = {}): Promise<SyncPlan> => {
  const entry = await findDataset(name);
  const source = await cloudSourceOf(entry);
  if (source === undefined) return await (entry.of === 'vectors' ? planUpload(name) : planRecordingsUpload(name));
  return await withModal(asked, async (client, where) => {
    const sync = { client, where, source };
    return await planCloudSync(sync, (await findCloudSync(sync)) !== undefined);
  });
};

const uploadWords: Readonly<Record<UploadStep['stage'], string>> = {
  compare: 'Looking what is there',
  send: 'Uploading',
  verify: 'Checking what arrived',
};

const stepOf = ({ stage, bytes, bytesPerSecond, etaSeconds }: UploadStep): SyncStep => ({
  label: uploadWords[stage],
  ...bytes,
  unit: 'bytes',
  ...(bytesPerSecond === undefined ? {} : { bytesPerSecond }),
  ...(etaSeconds === undefined ? {} : { etaSeconds }),
});

/** For a screen: does it, or joins who is doing it. */
export const syncToVolume = async (
  name: string,
  onStep: (step: SyncStep) => void,
  signal: AbortSignal,
  asked: Where = {},
): Promise<void> => {
  const entry = await findDataset(name);
  const source = await cloudSourceOf(entry);
  await withModal(asked, async (client, where) => {
    if (source === undefined) {
      const upload = entry.of === 'vectors' ? uploadDataset : uploadRecordings;
      await upload(client, name, step => onStep(stepOf(step)), signal);
      return;
    }
    const sync = { client, where, source };
    onStep({ label: 'Starting its container', done: 0, total: 0, unit: 'bytes' });
    const underWay = (await findCloudSync(sync)) ?? (await startCloudSync(sync, signal));
    onStep({ label: 'Its container starts', done: 0, total: 0, unit: 'bytes' });
    await followCloudSync(sync, underWay, {
      signal,
      onEvent: event => {
        if (event.type !== 'progress') return;
        const { done, total, unit, phase, label = phase, eta_seconds } = event;
        onStep({ label, done, total, unit, ...(eta_seconds === undefined ? {} : { etaSeconds: eta_seconds }) });
      },
    });
  });
};
