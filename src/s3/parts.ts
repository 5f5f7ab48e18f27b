/** A file in parts: how large they are, and what each and the whole is, by checksum. */
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';

const mib = 1 << 20;
/** S3 takes no more parts than this, and none under 5 MiB but the last. */
const mostParts = 10_000;
const usualPart = 16 * mib;
/** Small, so that what is on its way out is not kept waiting by a checksum. */
const readAtOnce = mib / 2;

/** Bytes of each part but the last. */
export const partSize = (bytes: number): number => Math.max(usualPart, Math.ceil(bytes / mostParts / mib) * mib);

export const partCount = (bytes: number, size: number): number => Math.max(1, Math.ceil(bytes / size));

export type Digest = {
  /** Hexadecimal. */
  readonly sha256: string;
  /** Of each part, hexadecimal. */
  readonly md5s: readonly string[];
};

/** Reads the file once. `onRead` is told of each stretch in bytes. */
export const digestOf = async (
  file: string,
  bytes: number,
  size: number,
  signal: AbortSignal,
  onRead: (bytes: number) => void,
): Promise<Digest> => {
  const whole = createHash('sha256');
  const md5s: string[] = [];
  const handle = await open(file, 'r');
  try {
    const buffer = Buffer.allocUnsafe(Math.min(readAtOnce, Math.max(1, bytes)));
    for (let number = 0; number < partCount(bytes, size); number++) {
      const part = createHash('md5');
      const end = Math.min(bytes, (number + 1) * size);
      for (let at = number * size; at < end; ) {
        signal.throwIfAborted();
        const { bytesRead } = await handle.read(buffer, 0, Math.min(buffer.length, end - at), at);
        if (bytesRead === 0) throw new Error(`${file} became shorter while it was read`);
        const read = buffer.subarray(0, bytesRead);
        whole.update(read);
        part.update(read);
        at += bytesRead;
        onRead(bytesRead);
      }
      md5s.push(part.digest('hex'));
    }
  } finally {
    await handle.close();
  }
  return { sha256: whole.digest('hex'), md5s };
};

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
