/** The datasets that can be had, and which of them are here. */
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { type DatasetKind, isDatasetName, loadDatasets } from '../config/datasets.ts';
import { usageError } from '../errors/errors.ts';
import { didYouMean } from '../text/nearest.ts';
import { paths } from '../util/paths.ts';
import type { DatasetInfo, KnownDataset } from './dataset-info.ts';
import { correctedRecordings, folderOf, namesOfRecordings, ownRecordings, type RecordingsHere, recordingsHere } from './recordings-here.ts';
import { correctedVectors, namesOfVectors, ownVectors, type VectorsHere, vectorsHere } from './vectors-here.ts';

export type OnDisk = VectorsHere | RecordingsHere;

/** What of a dataset is in the folder. */
export const onDisk = (folder: string, { name, of }: { readonly name: string; readonly of: DatasetKind }): OnDisk =>
  of === 'vectors' ? vectorsHere(folder, name) : recordingsHere(folder, name);

const infoOf = (entry: KnownDataset, folder: string): DatasetInfo => {
  const own = entry.own ? { own: true } : {};
  if (entry.of === 'vectors') {
    const here = vectorsHere(folder, entry.name);
    return { ...correctedVectors(entry, here), ...own, state: here.state, bytesHere: here.bytesHere };
  }
  const here = recordingsHere(folder, entry.name);
  const { stamp, state, bytesHere, lost } = here;
  return {
    ...correctedRecordings(entry, here),
    ...own,
    state,
    bytesHere,
    ...(stamp === undefined ? {} : { folder: folderOf(folder, stamp), inventory: stamp.inventory }),
    ...(lost === undefined ? {} : { lost }),
  };
};

/** Every dataset of configs/datasets.yaml and of a person's own, with its state on this disk. */
export const catalogue = async (folder: string = paths().datasets): Promise<readonly DatasetInfo[]> =>
  (await knownDatasets(folder)).map(entry => infoOf(entry, folder));

/** The entries of configs/datasets.yaml, and behind those of each kind a person's own. */
export const knownDatasets = async (folder: string = paths().datasets): Promise<readonly KnownDataset[]> => {
  const entries = (await loadDatasets()).value;
  const listed = new Set(entries.map(({ name }) => name));
  const isOwn = (name: string): boolean => !listed.has(name);
  return [
    ...entries.filter(({ of }) => of === 'vectors'),
    ...namesOfVectors(folder)
      .filter(isOwn)
      .map(name => ownVectors(folder, name)),
    ...entries.filter(({ of }) => of === 'recordings'),
    ...namesOfRecordings(folder)
      .filter(isOwn)
      .map(name => ownRecordings(folder, name)),
  ];
};

/** Bytes of all that the datasets folder holds, of datasets that left the catalogue too. */
export const datasetBytes = (folder: string = paths().datasets): number => {
  try {
    const files = readdirSync(folder, { withFileTypes: true, recursive: true }).filter(entry => !entry.isDirectory());
    return files.reduce(
      (sum, { parentPath, name }) => sum + (statSync(path.join(parentPath, name), { throwIfNoEntry: false })?.size ?? 0),
      0,
    );
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

/** A dataset that may be at Modal alone, in a bucket of recordings say: where no catalogue knows it, it is recordings of that name. */
export const datasetThere = async (name: string, mayBeOwn: boolean): Promise<KnownDataset> => {
  const found = (await knownDatasets()).find(entry => entry.name === name);
  if (found !== undefined || !mayBeOwn || !isDatasetName(name)) return found ?? (await findDataset(name));
  return ownRecordings(paths().datasets, name);
};

/** Likewise, with what of it is here. */
export const findInfo = async (name: string, folder: string = paths().datasets): Promise<DatasetInfo> =>
  infoOf(await findDataset(name, folder), folder);

/** A dataset to be made of a person's own files: one of the catalogue, or a new one of that kind under a name that is free. */
export const datasetFor = async (name: string, of: DatasetKind = 'vectors', folder: string = paths().datasets): Promise<KnownDataset> => {
  const found = (await knownDatasets(folder)).find(entry => entry.name === name);
  if (found !== undefined) return found;
  if (isDatasetName(name)) return of === 'vectors' ? ownVectors(folder, name) : ownRecordings(folder, name);
  const allowed = 'a name has small letters, digits, ".", "_" and "-", 80 at most';
  throw usageError(`"${name}" cannot name a dataset`, allowed, 'ann-tui sync my-vectors --from FILE');
};
