/** How recordings get to Modal: fetched or made there, inventoried in the bucket that they lie in, or uploaded from this disk. */
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';
import { currentPrices } from '../accounts/live-rates.ts';
import type { RecordingsEntry } from '../config/datasets.ts';
import { loadModal } from '../config/modal.ts';
import { usageError } from '../errors/errors.ts';
import { ModalError } from '../modal-client/index.ts';
import type { ModalClient, Uploaded } from '../modal-client/types.ts';
import { storagePrice } from '../prices/storage.ts';
import { environment } from '../setup/python-env.ts';
import { paths } from '../util/paths.ts';
import { number } from '../util/shape.ts';
import type { CloudSource } from './cloud-sync.ts';
import { recordingsHere } from './recordings-here.ts';
import { runSeizure } from './seizure-command.ts';
import type { Decisions } from './sync.ts';
import type { SyncPlan } from './sync-plan.ts';
import { transfersFolder } from './transfers.ts';
import { type UploadStep, uploadToVolume } from './upload.ts';

/** By a container there, or from here. */
export type RecordingsWay = { readonly how: 'cloud'; readonly source: CloudSource } | { readonly how: 'upload' };

/**
 * A person's folder (`given`) is uploaded. Without one the bucket of recordings is where they lie, if there is one; then the record that
 * publishes them; then this disk. Throws a usage error where they are nowhere.
 */
export const recordingsWay = async (
  { name, bytes, url, made, note }: Pick<RecordingsEntry, 'name' | 'bytes' | 'url' | 'made' | 'note'>,
  given: boolean,
  decided: Decisions = {},
): Promise<RecordingsWay> => {
  if (given) return { how: 'upload' };
  const { buckets } = (await loadModal()).value;
  const bucket = made ? undefined : buckets?.recordings;
  const cloud: RecordingsWay = { how: 'cloud', source: { of: 'recordings', name, bytes, url, decided, ...(bucket && { bucket }) } };
  if (made || bucket !== undefined || url !== null) return cloud;
  if (recordingsHere(paths().datasets, name).state === 'verified') return { how: 'upload' };
  const why = note ?? 'they are published nowhere as a record, and no folder of them is known here';
  throw usageError(`${name} cannot be brought to Modal yet`, why, `ann-tui sync ${name} --target modal --from FOLDER`);
};

const carried = v.looseObject({ folder: v.string(), files: v.array(v.string()), bytes: number });

type Carried = v.InferOutput<typeof carried> & {
  /** Where stamp and inventory lie as they are to be there. */
  readonly out: string;
};

/** What is to be sent, and its inventory as it is on a volume. Throws a `UserError` where it is not here. */
const carry = async (name: string, signal: AbortSignal): Promise<Carried> => {
  const out = path.join(transfersFolder(), `carried-${name}`);
  mkdirSync(out, { recursive: true, mode: 0o700 });
  const words = ['carried', name, '--data', paths().datasets, '--out', out];
  const otherwise = { what: `${name} could not be made ready for Modal`, hint: `ann-tui sync ${name}` };
  const lines = await runSeizure({ python: environment().python, words, signal, otherwise });
  return { ...v.parse(carried, JSON.parse(lines.find(line => line.startsWith('{')) ?? '{}')), out };
};

const textThere = async (client: ModalClient, volume: string, file: string): Promise<string | undefined> => {
  try {
    return (await client.volumeRead(volume, file)).bytes.toString('utf8');
  } catch (error) {
    if (error instanceof ModalError && error.kind === 'not-found') return undefined;
    throw error;
  }
};

/**
 * The recordings and, behind them, their inventory. Repeated, it sends only what is missing; `already`: there was nothing to be sent. While
 * it goes on, an older one counts as partly there.
 */
export const uploadRecordings = async (
  client: ModalClient,
  name: string,
  onProgress: (step: UploadStep) => void,
  signal: AbortSignal,
): Promise<Uploaded & { readonly already: boolean }> => {
  const volume = (await loadModal()).value.volumes.datasets;
  const { folder, files, out } = await carry(name, signal);
  const names = [`${name}.recordings.json`, `${name}.json`];
  const there = await Promise.all(names.map(file => textThere(client, volume, file)));
  const isSame = names.every((file, at) => there[at] === readFileSync(path.join(out, file), 'utf8'));
  if (!isSame && there[1] !== undefined) await client.volumeRemove(volume, `${name}.json`);
  const shared = { client, volume, create: 2, force: true, onProgress, signal } as const;
  const uploaded = await uploadToVolume({ ...shared, path: name, local: folder, names: files });
  await uploadToVolume({ ...shared, path: '', local: out, names });
  return { ...uploaded, already: isSame && uploaded.sent === 0 };
};

export const planRecordingsUpload = async (name: string): Promise<Extract<SyncPlan, { how: 'upload' }>> => {
  const { bytesHere } = recordingsHere(paths().datasets, name);
  return {
    how: 'upload',
    volume: (await loadModal()).value.volumes.datasets,
    bytes: bytesHere,
    dollarsPerMonth: storagePrice(bytesHere, (await currentPrices()).value.storage),
  };
};
