/** What a job at Modal reads of this machine's (`Workload.carries`). It is put on the results volume before the run is launched, under the hash of its content. */
import { createHash } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { uploadToVolume } from '../../datasets/upload.ts';
import { UserError } from '../../errors/errors.ts';
import { ModalError } from '../../modal-client/errors.ts';
import type { ModalClient } from '../../modal-client/types.ts';
import { hashInto } from '../../process/file-sum.ts';
import type { Observation } from '../../runs/journal-entry.ts';
import { size } from '../../text/format.ts';
import { sum } from '../../util/numbers.ts';

/** Folder of the results volume. */
const shelf = 'carried';

type CarriedFile = { readonly name: string; readonly file: string; readonly bytes: number };

/** The files of a folder, or the one file that `local` is. */
const filesOf = (local: string): readonly CarriedFile[] => {
  if (statSync(local).isFile()) return [{ name: path.basename(local), file: local, bytes: statSync(local).size }];
  return readdirSync(local, { recursive: true })
    .map(String)
    .map(name => ({ name, file: path.join(local, name) }))
    .filter(({ file }) => statSync(file).isFile())
    .map(({ name, file }) => ({ name: name.split(path.sep).join('/'), file, bytes: statSync(file).size }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
};

/** Places by what the files are by size and time, so that each is read once. */
const known = new Map<string, string>();

/** Equal contents have one place. */
const placeOf = (local: string): string => {
  const files = filesOf(local);
  const look = JSON.stringify(files.map(({ file, bytes }) => [file, bytes, statSync(file).mtimeMs]));
  const found = known.get(look);
  if (found !== undefined) return found;
  const hash = createHash('sha256');
  for (const { name, file, bytes } of files) hashInto(hash.update(`${name}\0${bytes}\0`), file);
  const place = `${shelf}/${hash.digest('hex').slice(0, 16)}`;
  known.set(look, place);
  return place;
};

/** Where it stands on the results volume: a folder's place, or a file's below its. Throws a `UserError` when it is not here any more. */
export const carriedTo = (local: string): string => {
  try {
    const place = placeOf(local);
    return statSync(local).isFile() ? `${place}/${path.basename(local)}` : place;
  } catch (error) {
    throw new UserError({ what: `${local} cannot be read any more`, why: (error as Error).message, kept: 'nothing was started' });
  }
};

/** What is there already, whole, is not sent again. */
const isThere = async (client: ModalClient, volume: string, local: string): Promise<boolean> => {
  try {
    const entries = await client.volumeList(volume, placeOf(local), { recursive: true });
    return filesOf(local).every(({ name, bytes }) => entries.some(entry => entry.path.endsWith(`/${name}`) && entry.bytes === bytes));
  } catch (error) {
    if (error instanceof ModalError && error.kind === 'not-found') return false;
    throw error;
  }
};

const bytesOf = (local: string): number => sum(filesOf(local).map(({ bytes }) => bytes));

const missing = async (client: ModalClient, volume: string, locals: readonly string[], signal: AbortSignal): Promise<readonly string[]> => {
  const found: string[] = [];
  for (const local of locals) {
    signal.throwIfAborted();
    carriedTo(local);
    if (!(await isThere(client, volume, local))) found.push(local);
  }
  return found;
};

/**
 * Brings them there, which is told as a stage where anything is sent; what is interrupted goes on when it is asked for again. `volume`: of results.
 * Throws a `UserError` for what is not here any more.
 */
export const carry = async (
  client: ModalClient,
  volume: string,
  locals: readonly string[],
  signal: AbortSignal,
  onObservation: (observation: Observation) => void = () => {},
): Promise<void> => {
  const left = await missing(client, volume, locals, signal);
  if (left.length === 0) return;
  const begunAt = Date.now();
  const stage = { kind: 'stage', stage: 'carry', label: size(sum(left.map(bytesOf))) } as const;
  onObservation({ ...stage, state: 'start', at: begunAt });
  for (const local of left)
    await uploadToVolume({ client, volume, path: placeOf(local), local, create: 2, force: true, onProgress: () => {}, signal });
  const at = Date.now();
  onObservation({ ...stage, state: 'done', at, seconds: (at - begunAt) / 1000 });
};
