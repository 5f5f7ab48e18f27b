import { usageError } from '../errors/errors.ts';
import { type Loaded, loadConfig } from './load.ts';
import { boolean, filledMapOf, integer, listOf, nullable, object, oneOf, optional, type Schema, text, textLike } from './schema.ts';

export type DatasetEntry = {
  readonly name: string;
  readonly title: string;
  readonly distance: 'euclidean' | 'angular';
  readonly dimension: number;
  readonly train: number;
  readonly queries: number;
  /** Size of the published file, rounded. */
  readonly bytes: number;
  readonly url: string | null;
  /** True neighbours a query in the file, where it was looked at; the published files have 100. */
  readonly neighbours?: number;
  /** Other addresses of the same file. */
  readonly mirrors?: readonly string[];
  /** Pins the file. */
  readonly sha256?: string;
  /** Made by the harness itself, without any file. */
  readonly made?: boolean;
  readonly note?: string;
};

const address = textLike(/^https?:\/\/\S+$/, 'an address such as https://ann-benchmarks.com/NAME.hdf5, or null');

const file = object({
  datasets: filledMapOf(
    object({
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
    }),
  ),
});

/** It becomes a file name here and in the harness. */
export const isDatasetName = (name: string): boolean => /^[a-z0-9][a-z0-9._-]{0,79}$/.test(name) && !name.includes('..');

export const datasetsSchema: Schema<readonly DatasetEntry[]> = (node, at) =>
  Object.entries(file(node, at).datasets).map(([name, entry]) => {
    if (!isDatasetName(name)) {
      throw usageError(
        `${at.file}: datasets.${name} is not valid`,
        'a name has small letters, digits, ".", "_" and "-", 80 at most',
        'ann-tui datasets',
      );
    }
    return { name, ...entry };
  });

export const loadDatasets = (): Promise<Loaded<readonly DatasetEntry[]>> => loadConfig('datasets', datasetsSchema);
