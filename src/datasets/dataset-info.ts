/** What is told of a dataset: its entry, and what of it is on this disk. */
import type { DatasetEntry, RecordingsEntry, VectorsEntry } from '../config/datasets.ts';
import type { InventorySummary } from './inventory.ts';

export type DatasetState = 'absent' | 'partial' | 'verified';

type Here = {
  /** A person's own, in no catalogue. */
  readonly own?: boolean;
  readonly state: DatasetState;
  /** Bytes on this disk, partial ones included. */
  readonly bytesHere: number;
};

export type VectorsInfo = VectorsEntry & Here;

export type RecordingsInfo = RecordingsEntry &
  Here & {
    /** Where its files lie, once they are known. */
    readonly folder?: string;
    /** Once it is verified. */
    readonly inventory?: InventorySummary;
    /** Why what was known of it does not hold any more: "its folder /data/eeg is gone". */
    readonly lost?: string;
  };

export type DatasetInfo = VectorsInfo | RecordingsInfo;

export type KnownDataset = DatasetEntry & {
  /** A person's own: in the folder, in no catalogue. */
  readonly own?: boolean;
};

/** Whether enough is known of it to plan with, or to say what is wrong: of one's own dataset nothing is before it is verified. */
export const canBePlanned = (info: DatasetInfo): boolean =>
  !info.own || (info.of === 'vectors' ? info.train > 0 : info.state === 'verified' || info.lost !== undefined);
