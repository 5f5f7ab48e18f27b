/** A file in parts: how large they are, and what S3 calls the whole of them. */
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { Digest } from './digest.ts';

const mib = 1 << 20;
/** S3 takes no more parts than this, and none under 5 MiB but the last. */
const mostParts = 10_000;
const usualPart = 16 * mib;

/** Bytes of each part but the last. */
export const partSize = (bytes: number): number => Math.max(usualPart, Math.ceil(bytes / mostParts / mib) * mib);

export const partCount = (bytes: number, size: number): number => Math.max(1, Math.ceil(bytes / size));

/** One part, whole. */
export const readPart = async (file: string, number: number, size: number, bytes: number): Promise<Buffer> => {
  const start = (number - 1) * size;
  const buffer = Buffer.allocUnsafe(Math.min(size, bytes - start));
  const handle = await open(file, 'r');
  try {
    for (let at = 0; at < buffer.length; ) {
      const { bytesRead } = await handle.read(buffer, at, buffer.length - at, start + at);
      if (bytesRead === 0) throw new Error(`${file} became shorter while it was sent`);
      at += bytesRead;
    }
  } finally {
    await handle.close();
  }
  return buffer;
};

export const base64Of = (hex: string): string => Buffer.from(hex, 'hex').toString('base64');

/** What S3 calls an object that was sent in these parts, unless it encrypts with a key of its own. */
export const etagOf = ({ md5s }: Digest, multipart: boolean): string => {
  if (!multipart) return md5s[0] ?? '';
  return `${createHash('md5')
    .update(Buffer.from(md5s.join(''), 'hex'))
    .digest('hex')}-${md5s.length}`;
};

export const plainEtag = (etag: string | undefined): string => (etag ?? '').replaceAll('"', '');
/** An ETag says what the content is, unless the server encrypts with a key of its own. */
export const isComparable = (encryption: string | undefined): boolean => encryption === undefined || encryption === 'AES256';
