import { usageError } from '../errors.ts';
import { type Loaded, loadConfig } from './load.ts';
import { filledMapOf, integer, nullable, object, oneOf, optional, type Schema, text, textLike } from './schema.ts';

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
  readonly note?: string;
};

const file = object({
  datasets: filledMapOf(
    object({
      title: text,
      distance: oneOf(['euclidean', 'angular']),
      dimension: integer({ from: 1, to: 65_536 }),
      train: integer({ from: 1 }),
      queries: integer({ from: 1 }),
      bytes: integer({ from: 1 }),
      url: nullable(textLike(/^https?:\/\/\S+$/, 'an address such as https://ann-benchmarks.com/NAME.hdf5, or null')),
      note: optional(text),
    }),
  ),
});

export const datasetsSchema: Schema<readonly DatasetEntry[]> = (node, at) =>
  Object.entries(file(node, at).datasets).map(([name, entry]) => {
    // It becomes a file name here and in the harness.
    if (!/^[a-z0-9][a-z0-9._-]{0,79}$/.test(name)) {
      throw usageError(
        `${at.file}: datasets.${name} is not valid`,
        'a name has small letters, digits, ".", "_" and "-", 80 at most',
        'ann-tui datasets',
      );
    }
    return { name, ...entry };
  });

export const loadDatasets = (): Promise<Loaded<readonly DatasetEntry[]>> => loadConfig('datasets', datasetsSchema);
