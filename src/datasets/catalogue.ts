/** The datasets that can be had, and which of them are here. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { type DatasetEntry, isDatasetName, loadDatasets } from '../config/datasets.ts';
import { usageError } from '../errors/errors.ts';
import { didYouMean } from '../text/nearest.ts';
import { paths } from '../util/paths.ts';
/** What stands beside a verified file; written last, by the one that verified it. */
export type DatasetStamp = {
  readonly name: string;
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly train: readonly [number, number];
  readonly test: readonly [number, number];
  readonly distance: string;
  /** What workloads know of the data: `rules_differ` is the benchmark's. */
  readonly rules_differ?: unknown;
  /** True neighbours a query, the most that k can be. */
  readonly neighbors?: number;
  /** "file my.npy", or the address. */
  readonly source?: string;
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

const neighboursOf = ({ neighbors }: DatasetStamp): { readonly neighbours?: number } =>
  neighbors !== undefined && Number.isSafeInteger(neighbors) ? { neighbours: neighbors } : {};

/** The catalogue's word, corrected by the file that was verified here. */
export const describe = (entry: DatasetEntry, here: OnDisk): DatasetInfo => ({
  ...entry,
  ...(here.stamp === undefined
    ? {}
    : {
        train: here.stamp.train[0],
        dimension: here.stamp.train[1],
        queries: here.stamp.test[0],
        bytes: here.stamp.bytes,
        ...neighboursOf(here.stamp),
      }),
  state: here.state,
  bytesHere: here.bytesHere,
});

/** Every dataset of configs/datasets.yaml and of a person's own, with its state on this disk. */
export const catalogue = async (folder: string = paths().datasets): Promise<readonly DatasetInfo[]> =>
  (await knownDatasets(folder)).map(entry => ({ ...describe(entry, onDisk(folder, entry.name)), ...(entry.own ? { own: true } : {}) }));

export type KnownDataset = DatasetEntry & {
  /** A person's own: in the folder, in no catalogue. */
  readonly own?: boolean;
};

const namesIn = (folder: string): readonly string[] => {
  try {
    const found = readdirSync(folder).flatMap(file => /^(.+)\.hdf5(?:\.part)?$/.exec(file)?.[1] ?? []);
    return [...new Set(found)].filter(isDatasetName).sort();
  } catch {
    return [];
  }
};

/** What the harness notes beside a part: from which file, and since the conversion how many rows. */
const beganFrom = (folder: string, name: string): string | undefined => {
  try {
    const begun = JSON.parse(readFileSync(path.join(folder, `${name}.hdf5.part.json`), 'utf8')) as {
      from?: { source?: { path?: unknown } };
    };
    const source = begun.from?.source?.path;
    return typeof source === 'string' ? path.basename(source) : undefined;
  } catch {
    return undefined;
  }
};

/** A dataset of the folder that no catalogue knows; its sizes are 0 until it is verified. */
const ownEntry = (folder: string, name: string): KnownDataset => {
  const { stamp, bytesHere } = onDisk(folder, name);
  const from = stamp?.source ?? beganFrom(folder, name);
  return {
    name,
    title: from === undefined ? 'Your own' : `Your own, from ${from.replace(/^file /, '')}`,
    distance: stamp?.distance === 'angular' ? 'angular' : 'euclidean',
    dimension: stamp?.train[1] ?? 0,
    train: stamp?.train[0] ?? 0,
    queries: stamp?.test[0] ?? 0,
    bytes: bytesHere,
    url: null,
    own: true,
  };
};

/** The entries of configs/datasets.yaml, and behind them a person's own datasets. */
export const knownDatasets = async (folder: string = paths().datasets): Promise<readonly KnownDataset[]> => {
  const entries = (await loadDatasets()).value;
  const listed = new Set(entries.map(({ name }) => name));
  return [
    ...entries,
    ...namesIn(folder)
      .filter(name => !listed.has(name))
      .map(name => ownEntry(folder, name)),
  ];
};

/** Bytes of all files in the datasets folder, of datasets that left the catalogue too. */
export const datasetBytes = (folder: string = paths().datasets): number => {
  try {
    return readdirSync(folder).reduce((sum, name) => sum + bytesOf(path.join(folder, name)), 0);
  } catch {
    return 0;
  }
};

/** The entry of that name. Throws a usage error with the nearest name. */
export const findDataset = async (name: string, folder: string = paths().datasets): Promise<KnownDataset> => {
  const entries = await knownDatasets(folder);
  const found = entries.find(entry => entry.name === name);
  if (found !== undefined) return found;
  const names = entries.map(entry => entry.name);
  throw usageError(`There is no dataset "${name}"`, `${didYouMean(name, names)}there are: ${names.join(', ')}`, 'ann-tui datasets');
};

/** A dataset to be made from a person's own file: one of the catalogue, or a new one under a name that is free. */
export const datasetFor = async (name: string, folder: string = paths().datasets): Promise<KnownDataset> => {
  const found = (await knownDatasets(folder)).find(entry => entry.name === name);
  if (found !== undefined) return found;
  if (isDatasetName(name)) return ownEntry(folder, name);
  const allowed = 'a name has small letters, digits, ".", "_" and "-", 80 at most';
  throw usageError(`"${name}" cannot name a dataset`, allowed, 'ann-tui sync my-vectors --from FILE');
};

export type DatasetState = 'absent' | 'partial' | 'verified';

export type DatasetInfo = {
  readonly name: string;
  readonly title: string;
  readonly distance: 'euclidean' | 'angular';
  readonly dimension: number;
  readonly train: number;
  readonly queries: number;
  readonly bytes: number;
  readonly url: string | null;
  /** "Debian's dataset-fashion-mnist: --from /usr/share/datasets/fashion-mnist" and the like. */
  readonly note?: string;
  /** Made by the harness itself: the run does it. */
  readonly made?: boolean;
  /** A person's own, in no catalogue. */
  readonly own?: boolean;
  readonly state: DatasetState;
  /** Bytes on this disk, partial ones included. */
  readonly bytesHere: number;
};
