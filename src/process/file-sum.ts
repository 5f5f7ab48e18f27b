/** Sums of whole files. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

/** SHA-256 in hexadecimal digits. It is read piece by piece, so that its size does not matter. Rejects with what the file system says. */
export const sumOf = async (file: string): Promise<string> => {
  const digest = createHash('sha256');
  for await (const piece of createReadStream(file)) digest.update(piece as Buffer);
  return digest.digest('hex');
};
