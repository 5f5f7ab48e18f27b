/** The EDF files that a person named, as `modal/seizure/src/seizure/inference/inputs.py` takes them for this machine. Reads the disk. */
import { closeSync, openSync, readdirSync, readSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { usageError } from '../../errors/errors.ts';
import { sanitizeLine } from '../../logs/sanitize.ts';
import { shownPath } from '../../util/paths.ts';
import { namesOf } from '../evaluate/predicted-words.ts';
import type { Recording } from './spec.ts';

/** Of a header what stands before its signals. */
const headerBytes = 256;
/** Of a file whose header does not say how long it is, a second: 20 channels of 256 samples of two bytes. */
const usualBytes = 20 * 256 * 2;
/** As `modal/seizure/src/seizure/corpora/tree.py` looks. */
const deepest = 8;

const isEdf = (name: string): boolean => name.toLowerCase().endsWith('.edf');

/** Paths below a folder, hidden ones passed over; a link that leads back up ends there. */
const below = (folder: string, parts: readonly string[], seen: Set<string>): readonly (readonly string[])[] =>
  readdirSync(path.join(folder, ...parts), { withFileTypes: true })
    .filter(({ name }) => !name.startsWith('.'))
    .flatMap(entry => {
      const here = [...parts, entry.name];
      const at = path.join(folder, ...here);
      const isFolder = statSync(at, { throwIfNoEntry: false })?.isDirectory() === true;
      if (!isFolder) return isEdf(entry.name) ? [here] : [];
      if (parts.length >= deepest) return [];
      if (entry.isSymbolicLink()) {
        const real = realpathSync(at);
        if (seen.has(real)) return [];
        seen.add(real);
      }
      return below(folder, here, seen);
    });

/** BIDS has "_eeg" behind a recording's name, and "_events" behind that of its table. */
const tableOf = (name: string): string => `${(isEdf(name) ? name.slice(0, -4) : name).replace(/_eeg$/, '')}_events.tsv`;

type Named = Pick<Recording, 'file' | 'tsv'>;

const namedBy = (edf: string, help: string): readonly Named[] => {
  const stat = statSync(edf, { throwIfNoEntry: false });
  if (stat === undefined) throw usageError(`${shownPath(edf)} is not there`, 'EDF is a file, or a folder of them', help);
  if (!stat.isDirectory()) return [{ file: edf, tsv: tableOf(path.basename(edf)) }];
  const found = below(edf, [], new Set([realpathSync(edf)])).toSorted((a, b) => (a.join('\0') < b.join('\0') ? -1 : 1));
  if (found.length === 0) throw usageError(`${shownPath(edf)} has nothing to predict`, 'no EDF file lies in it or below it', help);
  return found.map(parts => ({
    file: path.join(edf, ...parts),
    tsv: [...parts.slice(0, -1), tableOf(parts.at(-1) ?? '')].join('/'),
  }));
};

const headOf = (file: string): Buffer => {
  const descriptor = openSync(file, 'r');
  try {
    const head = Buffer.alloc(headerBytes);
    return head.subarray(0, readSync(descriptor, head, 0, headerBytes, 0));
  } finally {
    closeSync(descriptor);
  }
};

/** What is told of a file that is none; undefined of one that may be. What else may be wrong with it, the job tells. */
const wrongWith = (head: Buffer): string | undefined => {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'it is packed with gzip: unpack it';
  if (head[0] === 0xff) return 'it is BDF: convert it to EDF';
  if (head.length < headerBytes) return `${head.length} bytes are no EDF header`;
  return head.toString('latin1', 0, 8).trim() === '0' ? undefined : 'an EDF file begins with 0';
};

const secondsOf = (head: Buffer, bytes: number): number => {
  const [records, seconds] = [head.toString('latin1', 236, 244), head.toString('latin1', 244, 252)].map(Number);
  const told = (records ?? 0) * (seconds ?? 0);
  // No file has less than a byte for a second.
  return told > 0 && told <= bytes ? told : bytes / usualBytes;
};

const sized = ({ file, tsv }: Named, help: string): Omit<Recording, 'name'> => {
  const stat = statSync(file);
  if (!stat.isFile()) throw usageError(`${shownPath(file)} is no EDF file`, 'it is no file', help);
  const head = headOf(file);
  const wrong = wrongWith(head);
  if (wrong !== undefined) throw usageError(`${shownPath(file)} is no EDF file`, wrong, help);
  return { file, tsv, bytes: stat.size, seconds: secondsOf(head, stat.size) };
};

/** `edfs`: files, and folders of them, absolute. Throws a usage error for the first that cannot be, before anything is sent. */
export const recordingsOf = (edfs: readonly string[], help: string): readonly Recording[] => {
  const named = edfs.flatMap(edf => namedBy(edf, help));
  const byTable = new Map<string, string>();
  for (const { file, tsv } of named) {
    // Not every disk tells A from a.
    const other = byTable.get(tsv.toLowerCase());
    if (other !== undefined)
      throw usageError(
        `${shownPath(other)} and ${shownPath(file)} would both leave ${tsv}`,
        'what is found in a recording goes into a file of its name: predict them in different runs',
        help,
      );
    byTable.set(tsv.toLowerCase(), file);
  }
  const found = named.map(one => sized(one, help));
  const names = namesOf(found.map(({ file }) => file));
  return found.map((one, at) => ({ name: sanitizeLine(names[at] ?? one.tsv), ...one }));
};
