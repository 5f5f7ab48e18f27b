/**
 * Files into a bucket. Each part goes with its MD5, which the server compares, and answers what it took; the whole has its SHA-256 in its
 * metadata, and what came in parts is looked at again when it is there. Large files go in parts: cut off anywhere, the next upload asks which parts are there and sends the others.
 */
import { statSync } from 'node:fs';
import type { S3Client } from '@aws-sdk/client-s3';
import { UserError } from '../errors.ts';
import { shownS3 } from './address.ts';
import { createDigester, type Digest, digestOfBody } from './digest.ts';
import { isNotFound, isRefused } from './errors.ts';
import { listBefore } from './listing.ts';
import { openNote } from './notes.ts';
import { base64Of, etagOf, partCount, partSize, readPart } from './parts.ts';
import { createPlaces, forEachAtOnce, forEachOfLanes } from './pool.ts';
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

type Sdk = typeof import('./sdk.ts');

/** One is on its way while the next is read. */
const largeAtOnce = 2;
const smallAtOnce = 4;
/** Requests of all files together: what is on the line when it is cut is sent again. */
const requestsAtOnce = 4;

const plainEtag = (etag: string | undefined): string => (etag ?? '').replaceAll('"', '');
/** An ETag says what the content is, unless the server encrypts with a key of its own. */
const isComparable = (encryption: string | undefined): boolean => encryption === undefined || encryption === 'AES256';

const differs = (bucket: string, key: string, why: string): UserError =>
  new UserError({
    what: `${shownS3(bucket, key)} is not what was sent`,
    why,
    kept: 'the file here is as it was',
    hint: 'the same command again sends it anew',
  });

export const uploadFiles = async ({ client, bucket, place, files, onProgress, signal }: UploadOptions): Promise<Uploaded> => {
  const sdk: Sdk = await import('./sdk.ts');
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
    state.sent += bytes;
    state.done += bytes;
    tell();
    return isComparable(ServerSideEncryption) && plainEtag(ETag) === digest.md5s[0];
  };

  /** Parts of that upload which are there already; undefined when the server knows it no more. */
  const partsThere = async (key: string, upload: string): Promise<ReadonlyMap<number, { etag: string; bytes: number }> | undefined> => {
    const found = new Map<number, { etag: string; bytes: number }>();
    let marker: string | undefined;
    try {
      do {
        const request = { Bucket: bucket, Key: key, UploadId: upload, ...(marker === undefined ? {} : { PartNumberMarker: marker }) };
        const page = await client.send(new sdk.ListPartsCommand(request), options);
        for (const { PartNumber = 0, ETag, Size = 0 } of page.Parts ?? []) found.set(PartNumber, { etag: plainEtag(ETag), bytes: Size });
        marker = page.IsTruncated ? page.NextPartNumberMarker : undefined;
      } while (marker !== undefined);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
    return found;
  };

  const begin = async (key: string, digest: Digest): Promise<string> => {
    const made = await client.send(
      new sdk.CreateMultipartUploadCommand({ Bucket: bucket, Key: key, Metadata: { sha256: digest.sha256 } }),
      options,
    );
    if (made.UploadId === undefined) throw new Error('the server gave no number for the upload');
    return made.UploadId;
  };

  const sendParts = async (local: LocalFile, digest: Digest, size: number, note: ReturnType<typeof openNote>): Promise<void> => {
    const { key, bytes, file } = local;
    const before = note.read()?.upload;
    const known = before === undefined ? undefined : await partsThere(key, before);
    const upload = before !== undefined && known !== undefined ? before : await begin(key, digest);
    if (upload !== before) note.write(digest, upload);
    const bytesOf = (number: number): number => Math.min(size, bytes - (number - 1) * size);
    const etags = new Map<number, string>();
    for (const [number, part] of known ?? []) {
      if (part.bytes !== bytesOf(number) || part.etag !== digest.md5s[number - 1]) continue;
      etags.set(number, part.etag);
      state.done += part.bytes;
    }
    tell();
    const numbers = Array.from({ length: partCount(bytes, size) }, (_, index) => index + 1).filter(number => !etags.has(number));
    const sendPart = async (number: number): Promise<void> => {
      signal.throwIfAborted();
      const body = await readPart(file, number, size, bytes);
      const request = {
        Bucket: bucket,
        Key: key,
        UploadId: upload,
        PartNumber: number,
        Body: body,
        ContentLength: body.length,
        ContentMD5: base64Of(digest.md5s[number - 1] ?? ''),
      };
      const { ETag, ServerSideEncryption } = await client.send(new sdk.UploadPartCommand(request), options);
      const etag = plainEtag(ETag);
      // Not every store compares the MD5 that it is given; what is spoilt must not become an object.
      if (isComparable(ServerSideEncryption) && etag !== digest.md5s[number - 1])
        throw differs(bucket, key, `part ${number} came as ${etag}: it was changed on the way`);
      etags.set(number, etag);
      state.sent += body.length;
      state.done += body.length;
      tell();
    };
    await forEachAtOnce(numbers, requestsAtOnce, number => inPlace(() => sendPart(number)));
    const parts = [...etags].sort(([a], [b]) => a - b).map(([PartNumber, ETag]) => ({ PartNumber, ETag: `"${ETag}"` }));
    await client.send(
      new sdk.CompleteMultipartUploadCommand({ Bucket: bucket, Key: key, UploadId: upload, MultipartUpload: { Parts: parts } }),
      options,
    );
    note.write(digest);
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
      state.done += bytes;
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
      await sendParts(local, digest, size, note);
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
