/** Sums of whole files, read piece by piece, so that their size does not matter. */
import { createHash, type Hash } from 'node:crypto';
import { closeSync, createReadStream, openSync, readSync } from 'node:fs';

/** Bytes read at a time. */
const piece = 8 << 20;

/** SHA-256 in hexadecimal digits. Rejects with what the file system says. */
export const sumOf = async (file: string): Promise<string> => {
  const digest = createHash('sha256');
  for await (const read of createReadStream(file)) digest.update(read as Buffer);
  return digest.digest('hex');
};

/** Adds a file to a hash, without letting anything else go on meanwhile. Throws what the file system says. */
export const hashInto = (hash: Hash, file: string): void => {
  const descriptor = openSync(file, 'r');
  try {
    const buffer = Buffer.alloc(piece);
    for (let read = readSync(descriptor, buffer); read > 0; read = readSync(descriptor, buffer)) hash.update(buffer.subarray(0, read));
  } finally {
    closeSync(descriptor);
  }
};
