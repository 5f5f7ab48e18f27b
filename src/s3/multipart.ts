/** A large file, in parts: cut off anywhere, the next upload asks which are there and sends the others. */
import type { S3Client } from '@aws-sdk/client-s3';
import type { Digest } from './digest.ts';
import { differs, isNotFound } from './errors.ts';
import type { Note } from './notes.ts';
import { base64Of, isComparable, partCount, plainEtag, readPart } from './parts.ts';
import { forEachAtOnce } from './pool.ts';
import type { LocalFile } from './tree.ts';

/** The way to a bucket, shared by all files of an upload. */
export type Line = {
  readonly client: S3Client;
  readonly sdk: typeof import('./sdk.ts');
  readonly bucket: string;
  readonly signal: AbortSignal;
  /** Of all files together. */
  readonly requestsAtOnce: number;
  readonly inPlace: <T>(act: () => Promise<T>) => Promise<T>;
  /** Told of bytes that were there already. */
  readonly kept: (bytes: number) => void;
  /** Told of bytes that went over the line. */
  readonly sent: (bytes: number) => void;
};

/** Parts of that upload which are there already; undefined when the server knows it no more. */
const partsThere = async (
  { client, sdk, bucket, signal }: Line,
  key: string,
  upload: string,
): Promise<ReadonlyMap<number, { etag: string; bytes: number }> | undefined> => {
  const found = new Map<number, { etag: string; bytes: number }>();
  let marker: string | undefined;
  try {
    do {
      const request = { Bucket: bucket, Key: key, UploadId: upload, ...(marker === undefined ? {} : { PartNumberMarker: marker }) };
      const page = await client.send(new sdk.ListPartsCommand(request), { abortSignal: signal });
      for (const { PartNumber = 0, ETag, Size = 0 } of page.Parts ?? []) found.set(PartNumber, { etag: plainEtag(ETag), bytes: Size });
      marker = page.IsTruncated ? page.NextPartNumberMarker : undefined;
    } while (marker !== undefined);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
  return found;
};

const begin = async ({ client, sdk, bucket, signal }: Line, key: string, digest: Digest): Promise<string> => {
  const made = await client.send(new sdk.CreateMultipartUploadCommand({ Bucket: bucket, Key: key, Metadata: { sha256: digest.sha256 } }), {
    abortSignal: signal,
  });
  if (made.UploadId === undefined) throw new Error('the server gave no number for the upload');
  return made.UploadId;
};

/** Asks which parts are there, from this time or an earlier one, and sends the others; then they are one object. */
export const sendParts = async (line: Line, local: LocalFile, digest: Digest, size: number, note: Note): Promise<void> => {
  const { client, sdk, bucket, signal } = line;
  const { key, bytes, file } = local;
  const before = note.read()?.upload;
  const known = before === undefined ? undefined : await partsThere(line, key, before);
  const upload = before !== undefined && known !== undefined ? before : await begin(line, key, digest);
  if (upload !== before) note.write(digest, upload);
  const bytesOf = (number: number): number => Math.min(size, bytes - (number - 1) * size);
  const etags = new Map<number, string>();
  for (const [number, part] of known ?? []) {
    if (part.bytes !== bytesOf(number) || part.etag !== digest.md5s[number - 1]) continue;
    etags.set(number, part.etag);
    line.kept(part.bytes);
  }
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
    const { ETag, ServerSideEncryption } = await client.send(new sdk.UploadPartCommand(request), { abortSignal: signal });
    const etag = plainEtag(ETag);
    // Not every store compares the MD5 that it is given; what is spoilt must not become an object.
    if (isComparable(ServerSideEncryption) && etag !== digest.md5s[number - 1])
      throw differs(bucket, key, `part ${number} came as ${etag}: it was changed on the way`);
    etags.set(number, etag);
    line.sent(body.length);
  };
  await forEachAtOnce(numbers, line.requestsAtOnce, number => line.inPlace(() => sendPart(number)));
  const parts = [...etags].sort(([a], [b]) => a - b).map(([PartNumber, ETag]) => ({ PartNumber, ETag: `"${ETag}"` }));
  await client.send(
    new sdk.CompleteMultipartUploadCommand({ Bucket: bucket, Key: key, UploadId: upload, MultipartUpload: { Parts: parts } }),
    { abortSignal: signal },
  );
  note.write(digest);
};
