/** What a person's own file or folder is of, looked at before anything is begun. */
import { type Dirent, opendirSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import type { DatasetEntry, DatasetKind } from '../config/datasets.ts';
import { usageError } from '../errors/errors.ts';
import { quoted } from '../text/shell-word.ts';
import { isAddress, requireSourceFile } from './source-file.ts';

/** Files of a folder that are looked at until one says what they are: a corpus has its first EDF file within a few. */
const most = 20_000;

const isEdf = (name: string): boolean => /\.edf$/i.test(name);

/** Every BIDS dataset has it, and nothing else does. */
const bidsFile = 'dataset_description.json';

const entriesOf = (folder: string): readonly Dirent[] => {
  try {
    const open = opendirSync(folder);
    try {
      const found: Dirent[] = [];
      for (let entry = open.readSync(); entry !== null && found.length < most; entry = open.readSync()) found.push(entry);
      return found.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    } finally {
      open.closeSync();
    }
  } catch {
    return [];
  }
};

/** A folder, or a link to one that was not seen: links may lead in a circle. */
const isNewFolder = (entry: Dirent, file: string, links: Set<string>): boolean => {
  if (entry.isDirectory()) return true;
  if (!entry.isSymbolicLink()) return false;
  try {
    const real = realpathSync(file);
    if (links.has(real) || !statSync(real).isDirectory()) return false;
    links.add(real);
    return true;
  } catch {
    return false;
  }
};

/** Breadth first, so that a folder's own files are seen before those of a deep neighbour. */
const hasRecordings = (folder: string): boolean => {
  let seen = 0;
  const links = new Set<string>();
  let level: readonly string[] = [folder];
  while (level.length > 0) {
    const next: string[] = [];
    for (const at of level) {
      for (const entry of entriesOf(at)) {
        seen += 1;
        if (seen > most) return false;
        if (isEdf(entry.name) || entry.name === bidsFile) return true;
        const file = path.join(at, entry.name);
        if (isNewFolder(entry, file, links)) next.push(file);
      }
    }
    level = next;
  }
  return false;
};

/** The one file of a folder of vectors that its reader cannot do without, or its gzip. */
const imagesFile = 'train-images-idx3-ubyte';

const hasImages = (folder: string): boolean => entriesOf(folder).some(({ name }) => name === imagesFile || name === `${imagesFile}.gz`);

/**
 * A folder with EDF files, or a BIDS dataset, is of recordings; one with images, and any file, of vectors. Throws a usage error for a folder
 * with neither, and for a single EDF file.
 */
export const kindOfSource = (name: string, from: string): DatasetKind => {
  const found = statSync(from, { throwIfNoEntry: false });
  if (found?.isDirectory()) {
    if (hasRecordings(from)) return 'recordings';
    if (hasImages(from)) return 'vectors';
    const why = `there is no EDF file in it or below it, and no ${imagesFile} in it`;
    throw usageError(`${from} holds no recordings and no vectors`, why, `ann-tui sync ${name} --from FOLDER`);
  }
  if (isEdf(from)) {
    const folder = path.dirname(from);
    throw usageError(
      `${from} is a single recording`,
      'recordings are taken by their folder, with the annotations beside them',
      `ann-tui sync ${name} --from ${quoted(folder)}`,
    );
  }
  return 'vectors';
};

/** Throws a usage error where a name of the catalogue promises another kind than the source is. */
export const requireKind = (name: string, promised: DatasetKind, from: string, found: DatasetKind): void => {
  if (promised === found) return;
  const why =
    promised === 'recordings'
      ? `${from} has no EDF file, and is no BIDS dataset`
      : `${from} has recordings of EEG; give them a name of their own`;
  const hint = promised === 'recordings' ? `ann-tui sync ${name} --from FOLDER` : `ann-tui sync my-eeg --from ${quoted(from)}`;
  throw usageError(`${name} is a dataset of ${promised}`, why, hint);
};

/** Throws a usage error where a path cannot be the dataset: it is not there, or of another kind. An address is looked at by who fetches it. */
export const requireSourceOf = ({ name, of }: Pick<DatasetEntry, 'name' | 'of'>, from: string): void => {
  if (isAddress(from)) return;
  requireSourceFile('from', from);
  requireKind(name, of, from, kindOfSource(name, from));
};
