/** The datasets that can be had, and which of them are here. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { type DatasetEntry, loadDatasets } from '../config/datasets.ts';
import { didYouMean } from '../config/nearest.ts';
import { usageError } from '../errors.ts';
import { paths } from '../paths.ts';
import type { DatasetInfo, DatasetState } from '../services.ts';

/** What stands beside a verified file; written last, by the one that verified it. */
export type DatasetStamp = {
  readonly name: string;
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly train: readonly [number, number];
  readonly test: readonly [number, number];
  readonly distance: string;
};

const bytesOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

const isShape = (value: unknown): boolean => Array.isArray(value) && value.length === 2 && value.every(Number.isSafeInteger);

/** The stamp of a dataset that was verified here; undefined for none, or one that cannot be read. */
export const readStamp = (folder: string, name: string): DatasetStamp | undefined => {
  try {
    const stamp = JSON.parse(readFileSync(path.join(folder, `${name}.json`), 'utf8')) as DatasetStamp;
    return Number.isSafeInteger(stamp.bytes) && isShape(stamp.train) && isShape(stamp.test) ? stamp : undefined;
  } catch {
    return undefined;
  }
};

export type OnDisk = { readonly state: DatasetState; readonly bytesHere: number; readonly stamp?: DatasetStamp };

/** What of a dataset is in the folder. A file that is not the size its stamp says was changed since: it counts as partial. */
export const onDisk = (folder: string, name: string): OnDisk => {
  const whole = bytesOf(path.join(folder, `${name}.hdf5`));
  const part = bytesOf(path.join(folder, `${name}.hdf5.part`));
  const stamp = readStamp(folder, name);
  if (whole > 0 && stamp?.bytes === whole) return { state: 'verified', bytesHere: whole, stamp };
  return whole + part > 0 ? { state: 'partial', bytesHere: whole + part } : { state: 'absent', bytesHere: 0 };
};

/** The catalogue's word, corrected by the file that was verified here. */
export const describe = (entry: DatasetEntry, here: OnDisk): DatasetInfo => ({
  ...entry,
  ...(here.stamp === undefined
    ? {}
    : { train: here.stamp.train[0], dimension: here.stamp.train[1], queries: here.stamp.test[0], bytes: here.stamp.bytes }),
  state: here.state,
  bytesHere: here.bytesHere,
});

/** Every dataset of configs/datasets.yaml with its state on this disk. */
export const catalogue = async (folder: string = paths().datasets): Promise<readonly DatasetInfo[]> =>
  (await loadDatasets()).value.map(entry => describe(entry, onDisk(folder, entry.name)));

/** Bytes of all files in the datasets folder, of datasets that left the catalogue too. */
export const datasetBytes = (folder: string = paths().datasets): number => {
  try {
    return readdirSync(folder).reduce((sum, name) => sum + bytesOf(path.join(folder, name)), 0);
  } catch {
    return 0;
  }
};

/** The entry of that name. Throws a usage error with the nearest name. */
export const findDataset = async (name: string): Promise<DatasetEntry> => {
  const entries = (await loadDatasets()).value;
  const found = entries.find(entry => entry.name === name);
  if (found !== undefined) return found;
  const names = entries.map(entry => entry.name);
  throw usageError(`There is no dataset "${name}"`, `${didYouMean(name, names)}there are: ${names.join(', ')}`, 'ann-tui datasets');
};
