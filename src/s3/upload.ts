/**
 * Files into a bucket. Each request goes with an MD5, which the server compares, and answers what it took; the whole has its SHA-256 in its
 * metadata, and what came in parts is looked at again when it is there.
 */
import { statSync } from 'node:fs';
import type { S3Client } from '@aws-sdk/client-s3';
import { createDigester, type Digest, digestOfBody } from './digest.ts';
import { differs, isNotFound, isRefused } from './errors.ts';
import { listBefore } from './listing.ts';
import { type Line, sendParts } from './multipart.ts';
import { openNote } from './notes.ts';
import { base64Of, etagOf, isComparable, partSize, plainEtag, readPart } from './parts.ts';
import { createPlaces, forEachOfLanes } from './pool.ts';
import type { LocalFile } from './tree.ts';

export type UploadProgress = {
  /** Bytes read for their checksums, of `total`. */
  readonly checked: number;
  /** Bytes that are there: sent now, or before. */
  readonly done: number;
  readonly total: number;
  /** Bytes that went over the line in this upload. */
  readonly sent: number;
  readonly files: { readonly done: number; readonly total: number };
};

export type Uploaded = {
  readonly files: number;
  readonly bytes: number;
  /** Bytes that went over the line. */
  readonly sent: number;
  /** Files that were there already, the same. */
  readonly kept: number;
};

export type UploadOptions = {
  readonly client: S3Client;
  readonly bucket: string;
  /** Bucket and server, for the notes of what was sent. */
  readonly place: string;
  readonly files: readonly LocalFile[];
  readonly onProgress?: (progress: UploadProgress) => void;
  readonly signal: AbortSignal;
};

/** One is on its way while the next is read. */
const largeAtOnce = 2;
const smallAtOnce = 4;
/** Requests of all files together: what is on the line when it is cut is sent again. */
const requestsAtOnce = 4;

export const uploadFiles = async ({ client, bucket, place, files, onProgress, signal }: UploadOptions): Promise<Uploaded> => {
  const sdk = await import('./sdk.ts');
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const state = { checked: 0, done: 0, sent: 0, filesDone: 0, kept: 0 };
  const tell = (): void =>
    onProgress?.({
      checked: state.checked,
      done: state.done,
      total,
      sent: state.sent,
      files: { done: state.filesDone, total: files.length },
    });
  const options = { abortSignal: signal };
  const inPlace = createPlaces(requestsAtOnce);
  const line: Line = {
    client,
    sdk,
    bucket,
    signal,
    requestsAtOnce,
    inPlace,
    kept: bytes => {
      state.done += bytes;
      tell();
    },
    sent: bytes => {
      state.sent += bytes;
      state.done += bytes;
      tell();
    },
  };
  const before = await listBefore(client, bucket, files, signal);

  /** The object as it is there; undefined when it is not, or may not be looked at. */
  const look = async (key: string) => {
    try {
      return await client.send(new sdk.HeadObjectCommand({ Bucket: bucket, Key: key }), options);
    } catch (error) {
      if (isNotFound(error) || isRefused(error)) return undefined;
      throw error;
    }
  };

  /** Why the object is another one than the file; undefined when it is the same, as far as it can be seen. */
  const difference = async ({ key, bytes }: LocalFile, digest: Digest, multipart: boolean): Promise<string | 'absent' | undefined> => {
    const there = await look(key);
    if (there === undefined) return 'absent';
    if (there.ContentLength !== bytes) return `it has ${there.ContentLength} bytes there and ${bytes} here`;
    if (there.Metadata?.sha256 !== digest.sha256) return 'its SHA-256 there is another one, or none';
    const etag = plainEtag(there.ETag);
    if (isComparable(there.ServerSideEncryption) && etag !== etagOf(digest, multipart)) return `its ETag there is ${etag}`;
    return undefined;
  };

  /** True when the server's answer says that it has what was sent. */
  const sendWhole = async ({ key, bytes }: LocalFile, body: Buffer, digest: Digest): Promise<boolean> => {
    const request = {
      Bucket: bucket,
      Key: key,
      Body: body,
      ContentLength: bytes,
      ContentMD5: base64Of(digest.md5s[0] ?? ''),
      Metadata: { sha256: digest.sha256 },
    };
    const { ETag, ServerSideEncryption } = await client.send(new sdk.PutObjectCommand(request), options);
    line.sent(bytes);
    return isComparable(ServerSideEncryption) && plainEtag(ETag) === digest.md5s[0];
  };

  const read = (count: number): void => {
    state.checked += count;
    tell();
  };

  /** Sends it unless it is there, the same, and sees that it came: by what `send` was told, else by looking. */
  const bring = async (local: LocalFile, digest: Digest, multipart: boolean, send: () => Promise<boolean>): Promise<void> => {
    const { file, key, bytes, modified } = local;
    // An object that is not there, or of another size, needs no closer look.
    const listed = before(key);
    const differing = listed === null || (listed !== undefined && listed !== bytes);
    if (!differing && (await difference(local, digest, multipart)) === undefined) {
      state.kept += 1;
      line.kept(bytes);
    } else {
      const told = await send();
      const now = statSync(file);
      if (now.size !== bytes || now.mtimeMs !== modified) throw differs(bucket, key, 'the file here changed while it was sent');
      const why = told ? undefined : await difference(local, digest, multipart);
      // Where it may be written but not looked at, the server's own check of each part has to do.
      if (why !== undefined && why !== 'absent') throw differs(bucket, key, why);
    }
    state.filesDone += 1;
    tell();
  };

  /** In one request: read once, for its checksum and to be sent. */
  const bringSmall = async (local: LocalFile): Promise<void> => {
    signal.throwIfAborted();
    const body = await readPart(local.file, 1, Math.max(1, local.bytes), local.bytes);
    const digest = digestOfBody(body);
    read(local.bytes);
    await bring(local, digest, false, () => inPlace(() => sendWhole(local, body, digest)));
  };

  const bringLarge = async (local: LocalFile): Promise<void> => {
    signal.throwIfAborted();
    const size = partSize(local.bytes);
    const note = openNote(place, local, size);
    const noted = note.read();
    if (noted !== undefined) read(local.bytes);
    const digest = noted ?? (await digester.digestOf(local.file, local.bytes, size, read));
    if (noted === undefined) note.write(digest);
    await bring(local, digest, true, async () => {
      await sendParts(line, local, digest, size, note);
      return false;
    });
  };

  const digester = createDigester();
  const end = (): void => void digester.close();
  signal.addEventListener('abort', end, { once: true });
  try {
    signal.throwIfAborted();
    const isLarge = ({ bytes }: LocalFile): boolean => bytes > partSize(bytes);
    // Beside each other: small ones go out while a large one is still read for its checksum.
    await forEachOfLanes([
      { items: files.filter(isLarge), most: largeAtOnce, act: bringLarge },
      { items: files.filter(file => !isLarge(file)), most: smallAtOnce, act: bringSmall },
    ]);
  } finally {
    signal.removeEventListener('abort', end);
    await digester.close();
  }
  return { files: files.length, bytes: total, sent: state.sent, kept: state.kept };
};
