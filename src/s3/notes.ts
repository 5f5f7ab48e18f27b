/** What is noted of an upload, so that one that was cut off goes on: the file's checksums, and the number of the upload under way. */
import { createHash } from 'node:crypto';
import path from 'node:path';
import { transfersFolder } from '../datasets/transfers.ts';
import { makeFolder, readJson, writeJsonAtomic } from '../process/files.ts';
import type { Digest } from './digest.ts';
import type { LocalFile } from './tree.ts';

type Content = Digest & {
  readonly v: 1;
  readonly file: string;
  readonly bytes: number;
  readonly modified: number;
  readonly size: number;
  readonly upload?: string;
};

/** One file for each object: `place` names bucket and endpoint. */
export const openNote = (place: string, { file, key, bytes, modified }: LocalFile, size: number) => {
  const name = createHash('sha256')
    .update(JSON.stringify([place, key]))
    .digest('hex')
    .slice(0, 24);
  const where = path.join(transfersFolder(), `s3-${name}.json`);
  const read = (): Content | undefined => {
    const note = readJson(where) as Content | undefined;
    const same = note?.v === 1 && note.file === file && note.bytes === bytes && note.modified === modified && note.size === size;
    return same && Array.isArray(note.md5s) ? note : undefined;
  };
  return {
    read,
    write: (digest: Digest, upload?: string): void => {
      makeFolder(transfersFolder());
      const { sha256, md5s } = digest;
      const note: Content = { v: 1, file, bytes, modified, size, sha256, md5s, ...(upload === undefined ? {} : { upload }) };
      writeJsonAtomic(where, note);
    },
  };
};

export type Note = ReturnType<typeof openNote>;
