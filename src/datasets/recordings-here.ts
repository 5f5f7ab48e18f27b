/** What of a dataset of recordings is on this disk: its folder with the stamp NAME.json, or what was fetched of it so far. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';
import { isDatasetName, type RecordingsEntry } from '../config/datasets.ts';
import { counted } from '../text/format.ts';
import { fits, number } from '../util/shape.ts';
import type { DatasetState } from './dataset-info.ts';
import { fitsInventory, fitsWhose, type InventorySummary, totals, type Whose } from './inventory.ts';

/** What stands beside recordings whose inventory was taken; written last. */
export type RecordingsStamp = {
  readonly name: string;
  readonly of: 'recordings';
  /** Absolute, or a name below the datasets folder. */
  readonly folder: string;
  /** Of its EDF files. */
  readonly bytes: number;
  /** "folder", "made here", or the record's address. */
  readonly source: string;
  readonly inventory: InventorySummary;
  /** Absent in stamps of an earlier version. */
  readonly whose?: Whose;
};

export type RecordingsHere = {
  readonly of: 'recordings';
  readonly state: DatasetState;
  readonly bytesHere: number;
  readonly stamp?: RecordingsStamp;
  /** Why its stamp does not hold any more. */
  readonly lost?: string;
};

const shape = v.looseObject({
  of: v.literal('recordings'),
  name: v.string(),
  folder: v.string(),
  bytes: number,
  source: v.string(),
  inventory: v.unknown(),
  whose: v.optional(v.custom(fitsWhose)),
});

const isStamp = (value: unknown): value is RecordingsStamp =>
  fits(shape, value) && fitsInventory((value as { readonly inventory: unknown }).inventory);

/** Undefined for what is no stamp of recordings. */
export const parsedStamp = (text: string): RecordingsStamp | undefined => {
  try {
    const found: unknown = JSON.parse(text);
    return isStamp(found) ? found : undefined;
  } catch {
    return undefined;
  }
};

/** Undefined for none, for one of vectors, or one that cannot be read. */
export const readRecordingsStamp = (folder: string, name: string): RecordingsStamp | undefined => {
  try {
    return parsedStamp(readFileSync(path.join(folder, `${name}.json`), 'utf8'));
  } catch {
    return undefined;
  }
};

/** Where its files lie. */
export const folderOf = (folder: string, stamp: RecordingsStamp): string => path.resolve(folder, stamp.folder);

/** Below a dataset's name: its archives while they are fetched. */
const fetching = (folder: string, name: string): string => path.join(folder, `${name}.fetch`);

/** Of all files below; 0 for what is not there, or cannot be read. */
const bytesBelow = (folder: string): number => {
  if (!existsSync(folder)) return 0;
  try {
    const files = readdirSync(folder, { withFileTypes: true, recursive: true }).filter(entry => !entry.isDirectory());
    return files.reduce((sum, { parentPath, name }) => sum + bytesOf(path.join(parentPath, name)), 0);
  } catch {
    return 0;
  }
};

const bytesOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

/**
 * A stamp holds while its folder is there: that its files are as they were is looked at where they are used (`changedSince`), as a corpus has
 * tens of thousands.
 */
export const recordingsHere = (folder: string, name: string): RecordingsHere => {
  const stamp = readRecordingsStamp(folder, name);
  if (stamp !== undefined) {
    const at = folderOf(folder, stamp);
    if (existsSync(at)) return { of: 'recordings', state: 'verified', bytesHere: stamp.bytes, stamp };
    return { of: 'recordings', state: 'absent', bytesHere: 0, stamp, lost: `its folder ${at} is gone` };
  }
  const bytesHere = bytesBelow(path.join(folder, name)) + bytesBelow(fetching(folder, name));
  const begun = bytesHere > 0 || existsSync(fetching(folder, name));
  return { of: 'recordings', state: begun ? 'partial' : 'absent', bytesHere };
};

const listed = v.looseObject({ recordings: v.array(v.looseObject({ edf: v.string(), bytes: number })) });

/** What differs between the EDF files and the inventory, in words; undefined when nothing does. Looks at the size of each of them. */
export const changedSince = (folder: string, stamp: RecordingsStamp): string | undefined => {
  try {
    const found: unknown = JSON.parse(readFileSync(path.join(folder, `${stamp.name}.recordings.json`), 'utf8'));
    if (!v.is(listed, found)) return 'its list of recordings cannot be read';
    const at = folderOf(folder, stamp);
    const others = found.recordings.filter(({ edf, bytes }) => bytesOf(path.resolve(at, edf)) !== bytes).length;
    return others === 0 ? undefined : `${counted(others, 'EDF file')} changed, or went, since its inventory was taken`;
  } catch {
    return 'its list of recordings cannot be read';
  }
};

/** The catalogue's word, corrected by the inventory. */
export const correctedRecordings = (entry: RecordingsEntry, { stamp, state }: RecordingsHere): RecordingsEntry => {
  if (stamp === undefined || state !== 'verified') return entry;
  const { inventory, bytes } = stamp;
  const { patients, recordings, hours } = totals(inventory);
  const { layout, version, licence } = inventory;
  return { ...entry, layout, patients, recordings, hours, bytes, version: version || entry.version, licence: licence || entry.licence };
};

/** Names of the recordings in a folder, those that were only begun too. */
export const namesOfRecordings = (folder: string): readonly string[] => {
  try {
    const files = readdirSync(folder);
    const begun = files.flatMap(file => /^(.+)\.fetch$/.exec(file)?.[1] ?? []);
    const stamped = files.flatMap(file => /^(.+)\.recordings\.json$/.exec(file)?.[1] ?? []);
    return [...new Set([...begun, ...stamped])].filter(isDatasetName).sort();
  } catch {
    return [];
  }
};

/** Of recordings that no catalogue knows. */
export const blankRecordings = {
  of: 'recordings',
  licence: '',
  version: '',
  layout: '',
  patients: 0,
  recordings: 0,
  hours: 0,
  bytes: 0,
  url: null,
} as const;

/** Recordings of the folder that no catalogue knows; their figures are 0 until they are verified. */
export const ownRecordings = (folder: string, name: string): RecordingsEntry & { readonly own: true } => {
  const here = recordingsHere(folder, name);
  const from = here.stamp === undefined ? undefined : folderOf(folder, here.stamp);
  const title = from === undefined ? 'Your own' : `Your own, in ${from}`;
  return { ...correctedRecordings({ ...blankRecordings, name, title }, here), own: true };
};
