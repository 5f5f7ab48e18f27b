/** Files of this machine onto a volume: with speed and end in sight, and gone on with by the same words after any interruption. */
import path from 'node:path';
import type { ModalClient, Uploaded, UploadProgress } from '../modal-client/types.ts';
import { makeFolder } from '../process/files.ts';
import { createRate, type Speed } from './rate.ts';
import { keyOf, transfersFolder } from './transfers.ts';

export type UploadStep = UploadProgress & Speed;

export type Upload = {
  readonly client: ModalClient;
  readonly volume: string;
  /** Folder on the volume; "" is its root. */
  readonly path: string;
  /** Absolute: a file, or a folder whose contents are meant. */
  readonly local: string;
  /** Make a volume of this version when there is none. */
  readonly create?: 1 | 2;
  readonly force?: boolean;
  /** Only these, committed in this order. */
  readonly names?: readonly string[];
  /** The name there of the one file that `local` is; else its own. */
  readonly as?: string;
  readonly onProgress: (step: UploadStep) => void;
  readonly signal: AbortSignal;
};

/** The notes of an upload: the same source and place have the same. */
const manifestOf = ({ volume, path: into, local, names = [] }: Pick<Upload, 'volume' | 'path' | 'local' | 'names'>): string =>
  path.join(transfersFolder(), `upload-${keyOf(volume, into, local, ...names)}.ndjson`);

/** To the end, verified. Throws a `ModalError`, or the signal's reason: repeated, it goes on. */
export const uploadToVolume = async ({ client, onProgress, signal, ...upload }: Upload): Promise<Uploaded> => {
  makeFolder(transfersFolder());
  const rate = createRate();
  const { volume, path: into, local, create, force, names, as } = upload;
  return await client.volumeUpload(volume, into, local, {
    manifest: manifestOf(upload),
    ...(create === undefined ? {} : { create }),
    ...(force === undefined ? {} : { force }),
    ...(names === undefined ? {} : { names }),
    ...(as === undefined ? {} : { as }),
    signal,
    onProgress: step => onProgress({ ...step, ...rate.look(step.sent, step.bytes.total - step.bytes.done) }),
  });
};

/** How far a transfer to Modal is. */
export type SyncStep = {
  readonly label: string;
  readonly done: number;
  readonly total: number;
  readonly unit: string;
  readonly bytesPerSecond?: number;
  readonly etaSeconds?: number;
};
