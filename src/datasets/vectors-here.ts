/** What of a dataset of vectors is on this disk: NAME.hdf5 with the stamp NAME.json, or a part of it. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { isDatasetName, type VectorsEntry } from '../config/datasets.ts';
import type { DatasetState } from './dataset-info.ts';

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

export type VectorsHere = {
  readonly of: 'vectors';
  readonly state: DatasetState;
  readonly bytesHere: number;
  readonly stamp?: DatasetStamp;
};

/** A file that is not the size its stamp says was changed since: it counts as partial. */
export const vectorsHere = (folder: string, name: string): VectorsHere => {
  const whole = bytesOf(path.join(folder, `${name}.hdf5`));
  const part = bytesOf(path.join(folder, `${name}.hdf5.part`));
  const stamp = readStamp(folder, name);
  if (whole > 0 && stamp?.bytes === whole) return { of: 'vectors', state: 'verified', bytesHere: whole, stamp };
  const bytesHere = whole + part;
  return { of: 'vectors', state: bytesHere > 0 ? 'partial' : 'absent', bytesHere };
};

const neighboursOf = ({ neighbors }: DatasetStamp): { readonly neighbours?: number } =>
  neighbors !== undefined && Number.isSafeInteger(neighbors) ? { neighbours: neighbors } : {};

/** The catalogue's word, corrected by the file that was verified here. */
export const correctedVectors = (entry: VectorsEntry, { stamp }: VectorsHere): VectorsEntry =>
  stamp === undefined
    ? entry
    : {
        ...entry,
        train: stamp.train[0],
        dimension: stamp.train[1],
        queries: stamp.test[0],
        bytes: stamp.bytes,
        ...neighboursOf(stamp),
      };

/** Names of the vectors in a folder, parts too. */
export const namesOfVectors = (folder: string): readonly string[] => {
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
export const ownVectors = (folder: string, name: string): VectorsEntry & { readonly own: true } => {
  const { stamp, bytesHere } = vectorsHere(folder, name);
  const from = stamp?.source ?? beganFrom(folder, name);
  return {
    of: 'vectors',
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
