/** Files of a person's own that they may mean: in the folder they are in, and those that runs were made with. */
import { open, readdir } from 'node:fs/promises';
import path from 'node:path';

/** Files looked into, and how much of each is read: a folder of downloads must not hold the screen up. */
const mostFiles = 200;
const bytesRead = 200_000;

const beginning = async (file: string): Promise<string> => {
  const handle = await open(file, 'r');
  try {
    const { bytesRead: count, buffer } = await handle.read(Buffer.alloc(bytesRead), 0, bytesRead, 0);
    return buffer.toString('utf8', 0, count);
  } finally {
    await handle.close();
  }
};

const inFolder = async (folder: string, suffixes: readonly string[]): Promise<readonly string[]> => {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries
      .filter(entry => entry.isFile() && !entry.name.startsWith('.') && suffixes.includes(path.extname(entry.name)))
      .map(({ name }) => path.join(folder, name))
      .sort()
      .slice(0, mostFiles);
  } catch {
    return [];
  }
};

export type Wanted = {
  readonly suffixes: readonly string[];
  /** Whether a file's text, or the beginning of a long one, is what is looked for. */
  readonly fits: (file: string, text: string) => boolean;
};

/** Absolute paths: first those in `folder`, then those of `used`, in its order. Only files that are there and fit. */
export const findFiles = async (folder: string, used: readonly string[], { suffixes, fits }: Wanted): Promise<readonly string[]> => {
  const files = [...new Set([...(await inFolder(folder, suffixes)), ...used])].slice(0, 2 * mostFiles);
  const fitting = async (file: string): Promise<readonly string[]> => {
    try {
      return fits(file, await beginning(file)) ? [file] : [];
    } catch {
      return [];
    }
  };
  return (await Promise.all(files.map(fitting))).flat();
};
