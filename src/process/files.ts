/** Small files that only their owner may read, and that are never seen half written. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { about } from '../errors/file-failure.ts';
import { fileMode, folderMode } from './file-modes.ts';

export { fileMode, folderMode };

/** Makes the folder and those above it; no harm when they exist. */
export const makeFolder = (folder: string): void => {
  const options = { recursive: true, mode: folderMode };
  try {
    mkdirSync(folder, options);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    // Node's word for a read-only file system, too: the first folder that is missing tells the true one.
    let missing = folder;
    while (!existsSync(path.dirname(missing))) missing = path.dirname(missing);
    mkdirSync(missing, { mode: folderMode });
    mkdirSync(folder, options);
  }
};

/** A name beside `file` that nobody else uses. */
export const temporaryBeside = (file: string): string => `${file}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`;

/** Readers see the old text or the new one, never a part. Throws what the file system throws. */
export const writeTextAtomic = (file: string, text: string): void => {
  const temporary = temporaryBeside(file);
  try {
    writeFileSync(temporary, text, { mode: fileMode });
    renameSync(temporary, file);
  } catch (error) {
    try {
      rmSync(temporary, { force: true });
    } catch {
      // A folder in which nothing can be written: the first word is the one to tell.
    }
    throw about(file, error);
  }
};

export const writeJsonAtomic = (file: string, value: unknown): void => writeTextAtomic(file, `${JSON.stringify(value)}\n`);

/** The file's value; undefined when there is no such file or it holds no JSON. Any other trouble is thrown, not taken for absence. */
export const readJson = (file: string): unknown => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};
