/** A dataset of this machine, or any file or folder, into a bucket. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { findDataset, onDisk } from '../datasets/catalogue.ts';
import { folderOf, recordingsHere } from '../datasets/recordings-here.ts';
import { exitCodes, UserError, usageError } from '../errors/errors.ts';
import { quoted } from '../text/shell-word.ts';
import { paths } from '../util/paths.ts';
import { asFolder, type S3Address, shownS3 } from './address.ts';
import { openS3 } from './client.ts';
import { readTree, type Tree } from './tree.ts';
import { type Uploaded, type UploadProgress, uploadFiles } from './upload.ts';

export type Sending = Tree & {
  /** For a person: "gist-960-euclidean", "./data". */
  readonly what: string;
};

/** Something written as a path, or that is one here and no dataset. */
const isPath = (word: string): boolean =>
  /[/\\]/.test(word) || word.startsWith('.') || (existsSync(word) && !existsSync(datasetFile(word)));

const datasetFile = (name: string, extension = 'hdf5'): string => path.join(paths().datasets, `${name}.${extension}`);

/** What `word` stands for: a verified dataset with its stamp, so that it counts as verified where the bucket is mounted, or a path. */
export const whatToSend = async (word: string, address: S3Address): Promise<Sending> => {
  if (isPath(word)) return { what: word, ...readTree(word, address) };
  const dataset = await findDataset(word);
  if (dataset.of === 'recordings') {
    const why = 'its recordings are sent as the folder that they are';
    const { stamp } = recordingsHere(paths().datasets, word);
    const lies = stamp === undefined ? undefined : folderOf(paths().datasets, stamp);
    throw usageError(
      `${word} is a dataset of recordings`,
      why,
      lies === undefined ? `ann-tui sync ${word}` : `ann-tui sync ${quoted(lies)} --to ${shownAddress(address)}`,
    );
  }
  const { state } = onDisk(paths().datasets, dataset);
  if (state !== 'verified') {
    const why = state === 'absent' ? 'only what is on this machine can be sent from it' : 'it did not come whole yet';
    throw new UserError({ what: `${word} is not here`, why, kept: 'nothing was sent', hint: `ann-tui sync ${word}` }, exitCodes.usage);
  }
  const trees = [datasetFile(word), datasetFile(word, 'json')].map(file => readTree(file, address));
  return { what: word, files: trees.flatMap(({ files }) => files), left: [] };
};

export type SendOptions = {
  /** Of another store than AWS's. */
  readonly endpoint: string | null;
  readonly onProgress?: (progress: UploadProgress) => void;
  readonly signal: AbortSignal;
};

/** Sends it; throws a `UserError`, or the signal's reason: what was sent stays, and the next time goes on. */
export const sendToS3 = async (
  { files }: Sending,
  { bucket }: S3Address,
  { endpoint, onProgress, signal }: SendOptions,
): Promise<Uploaded> => {
  const s3 = await openS3(endpoint);
  try {
    const place = JSON.stringify([s3.endpoint, bucket]);
    return await uploadFiles({ client: s3.client, bucket, place, files, signal, ...(onProgress === undefined ? {} : { onProgress }) });
  } catch (error) {
    signal.throwIfAborted();
    throw await s3.explain(error, bucket);
  } finally {
    s3.close();
  }
};

export const shownAddress = ({ bucket, prefix }: S3Address): string => shownS3(bucket, asFolder(prefix));
