/** All that is known of one dataset, looked up now. */
import { freeBytes } from '../process/room.ts';
import { thisMachine } from '../setup/machine.ts';
import { sum } from '../util/numbers.ts';
import { paths } from '../util/paths.ts';
import { prepareSeconds } from '../workloads/prepare/cost.ts';
import { findInfo } from './catalogue.ts';
import type { DatasetInfo } from './dataset-info.ts';
import { type Notice, readNotices } from './notices.ts';
import { changedSince, readRecordingsStamp } from './recordings-here.ts';

export type DatasetLook = {
  readonly info: DatasetInfo;
  /** Bytes that the disk of the datasets still has, where the system says it. */
  readonly free: number | undefined;
  /** Seconds, roughly, in which this machine prepares all of it; undefined before its hours are known. */
  readonly prepareSeconds: number | undefined;
  /** What is not as it was when the inventory was taken. */
  readonly changed: string | undefined;
  /** Each oddity of its recordings with its place. */
  readonly notices: readonly Notice[];
};

/** Throws a usage error for a name that is not there. */
export const lookAt = async (name: string, folder: string = paths().datasets): Promise<DatasetLook> => {
  const info = await findInfo(name, folder);
  const free = freeBytes(folder);
  const stamp = info.of === 'recordings' && info.state === 'verified' ? readRecordingsStamp(folder, name) : undefined;
  if (stamp === undefined) return { info, free, prepareSeconds: undefined, changed: undefined, notices: [] };
  const hours = sum(stamp.inventory.splits.map(split => split.hours));
  return {
    info,
    free,
    prepareSeconds: prepareSeconds(hours, thisMachine().cores),
    changed: changedSince(folder, stamp),
    notices: readNotices(name, folder),
  };
};
