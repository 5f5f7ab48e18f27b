/** All that is known of recordings at Modal. */
import { withModal } from '../accounts/with-modal.ts';
import { loadModal } from '../config/modal.ts';
import { UserError } from '../errors/errors.ts';
import type { Where } from '../modal-client/index.ts';
import { isInBucket } from './bucket-recordings.ts';
import { datasetThere } from './catalogue.ts';
import type { KnownDataset } from './dataset-info.ts';
import type { DatasetLook } from './look.ts';
import { correctedRecordings, type RecordingsStamp } from './recordings-here.ts';
import { stampThere } from './recordings-there.ts';

/** As its inventory there says. Pure. */
export const infoThere = (entry: KnownDataset, volume: string, stamp: RecordingsStamp): DatasetLook => {
  if (entry.of !== 'recordings') throw new Error(`${entry.name} is a dataset of vectors`);
  const { bytes, inventory, source, folder } = stamp;
  const corrected = correctedRecordings(entry, { of: 'recordings', state: 'verified', bytesHere: bytes, stamp });
  const lies = isInBucket(stamp) ? source : `${volume}:/${folder}`;
  const info = { ...corrected, state: 'verified' as const, bytesHere: bytes, folder: lies, inventory };
  return { info, free: undefined, prepareSeconds: undefined, changed: undefined, notices: [] };
};

/** Throws a `UserError` where nothing of it is there. */
export const lookThere = async (name: string, asked: Where): Promise<DatasetLook> => {
  const entry = await datasetThere(name, true);
  const { volume, stamp } = await withModal(asked, async client => {
    const { datasets } = (await loadModal()).value.volumes;
    return { volume: datasets, stamp: await stampThere(client, datasets, name) };
  });
  if (stamp !== undefined) return infoThere(entry, volume, stamp);
  throw new UserError({
    what: `There is no inventory of ${name} at Modal`,
    why: `the volume ${volume} has no recordings of that name`,
    hint: entry.of === 'recordings' ? `ann-tui sync ${name} --target modal` : 'ann-tui datasets',
  });
};
