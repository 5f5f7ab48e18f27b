import { usageError } from '../errors/errors.ts';
import { type Loaded, loadConfig } from './load.ts';
import { boolean, filledMapOf, integer, listOf, nullable, number, object, oneOf, optional, type Schema, text, textLike } from './schema.ts';

/** What a dataset is of; a workload takes one kind of it. */
export type DatasetKind = 'vectors' | 'recordings';

type Entry<K extends DatasetKind> = {
  readonly of: K;
  readonly name: string;
  readonly title: string;
  /** What is published, rounded; 0 where nobody knows. */
  readonly bytes: number;
  /** Of vectors the file's address, of recordings that of a record at Zenodo; null for what is made here or given. */
  readonly url: string | null;
  /** Made here, without any file. */
  readonly made?: boolean;
  readonly note?: string;
};

export type VectorsEntry = Entry<'vectors'> & {
  readonly distance: 'euclidean' | 'angular';
  readonly dimension: number;
  readonly train: number;
  readonly queries: number;
  /** True neighbours a query in the file, where it was looked at; the published files have 100. */
  readonly neighbours?: number;
  /** Other addresses of the same file. */
  readonly mirrors?: readonly string[];
  /** Pins the file. */
  readonly sha256?: string;
};

/** Its figures are rough until the dataset is here, and 0 where nobody knows. */
export type RecordingsEntry = Entry<'recordings'> & {
  readonly licence: string;
  readonly version: string;
  /** How its files lie: "bids"; "" where that is not known yet. */
  readonly layout: string;
  readonly patients: number;
  readonly recordings: number;
  readonly hours: number;
};

export type DatasetEntry = VectorsEntry | RecordingsEntry;

/** The entries of one kind. */
export type OfKind<T extends { readonly of: DatasetKind }, K> = Extract<T, { readonly of: K }>;

export const ofKind = <T extends { readonly of: DatasetKind }, K extends DatasetKind | false>(
  entries: readonly T[],
  kind: K,
): readonly OfKind<T, K>[] => entries.filter((entry): entry is OfKind<T, K> => entry.of === kind);

/** What says that a file is the one that is meant, and where else it can be had. */
export type Pins = { readonly mirrors?: readonly string[]; readonly sha256?: string };

/** Recordings have none: their record states the checksum of each of its files. */
export const pinsOf = (entry: DatasetEntry): Pins => {
  if (entry.of === 'recordings') return {};
  const { mirrors, sha256 } = entry;
  return { ...(mirrors === undefined ? {} : { mirrors }), ...(sha256 === undefined ? {} : { sha256 }) };
};

const address = textLike(/^https?:\/\/\S+$/, 'an address such as https://ann-benchmarks.com/NAME.hdf5, or null');
const recordAddress = textLike(
  /^https?:\/\/\S+\/records\/\d+$/,
  'the address of a record such as https://zenodo.org/records/10259996, or null',
);

const vectors = object({
  title: text,
  distance: oneOf(['euclidean', 'angular']),
  dimension: integer({ from: 1, to: 65_536 }),
  train: integer({ from: 1 }),
  queries: integer({ from: 1 }),
  bytes: integer({ from: 1 }),
  url: nullable(address),
  mirrors: optional(listOf(address)),
  sha256: optional(textLike(/^[0-9a-f]{64}$/, '64 small hexadecimal digits')),
  made: optional(boolean),
  note: optional(text),
});

const recordings = object({
  title: text,
  licence: text,
  version: text,
  layout: oneOf(['tusz', 'chb-mit', 'siena', 'seizeit1', 'bids', 'plain']),
  patients: optional(integer({ from: 1 })),
  recordings: optional(integer({ from: 1 })),
  hours: optional(number({ above: 0 })),
  bytes: optional(integer({ from: 1 })),
  url: nullable(recordAddress),
  made: optional(boolean),
  note: optional(text),
});

/** A person's copy of before there were recordings has vectors only. */
const file = object({ datasets: filledMapOf(vectors), recordings: optional(filledMapOf(recordings)) });

/** It becomes a file name here and in the harness. */
export const isDatasetName = (name: string): boolean => /^[a-z0-9][a-z0-9._-]{0,79}$/.test(name) && !name.includes('..');

export const datasetsSchema: Schema<readonly DatasetEntry[]> = (node, at) => {
  const read = file(node, at);
  const entries: readonly DatasetEntry[] = [
    ...Object.entries(read.datasets).map(([name, entry]) => ({ of: 'vectors' as const, name, ...entry })),
    ...Object.entries(read.recordings ?? {}).map(([name, entry]) => ({
      of: 'recordings' as const,
      name,
      patients: 0,
      recordings: 0,
      hours: 0,
      bytes: 0,
      ...entry,
    })),
  ];
  const names = new Set<string>();
  for (const { of, name } of entries) {
    const section = of === 'vectors' ? 'datasets' : 'recordings';
    const wrong = (why: string) => usageError(`${at.file}: ${section}.${name} is not valid`, why, 'ann-tui datasets');
    if (!isDatasetName(name)) throw wrong('a name has small letters, digits, ".", "_" and "-", 80 at most');
    if (names.has(name)) throw wrong('datasets has that name already: both would be one file');
    names.add(name);
  }
  return entries;
};

export const loadDatasets = (): Promise<Loaded<readonly DatasetEntry[]>> => loadConfig('datasets', datasetsSchema);
