/** The files of a folder with the keys that they get. */
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { usageError } from '../errors/errors.ts';
import { asFolder, type S3Address } from './address.ts';

export type LocalFile = {
  /** Absolute. */
  readonly file: string;
  readonly key: string;
  readonly bytes: number;
  /** Unix milliseconds. */
  readonly modified: number;
};

export type Tree = {
  readonly files: readonly LocalFile[];
  /** What was left out: links that lead nowhere or back up, sockets and the like. */
  readonly left: readonly string[];
};

const localFile = (file: string, key: string): LocalFile | undefined => {
  const found = statSync(file, { throwIfNoEntry: false });
  return found?.isFile() ? { file, key, bytes: found.size, modified: found.mtimeMs } : undefined;
};

/** A file goes below the prefix under its own name; a folder's contents do, as they lie in it. Links to files are followed, links to folders not. */
export const readTree = (source: string, { prefix }: S3Address): Tree => {
  const root = path.resolve(source);
  const found = statSync(root, { throwIfNoEntry: false });
  if (found === undefined) throw usageError(`There is no ${source}`, 'it is neither a file nor a folder here', 'ann-tui datasets');
  if (!found.isDirectory()) {
    const one = localFile(root, `${asFolder(prefix)}${path.basename(root)}`);
    if (one === undefined) throw usageError(`${source} cannot be sent`, 'it is neither a file nor a folder', `ls -l '${source}'`);
    return { files: [one], left: [] };
  }
  const files: LocalFile[] = [];
  const left: string[] = [];
  const walk = (folder: string, below: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      const [file, name] = [path.join(folder, entry.name), `${below}${entry.name}`];
      if (entry.isDirectory()) {
        walk(file, `${name}/`);
        continue;
      }
      const one = localFile(file, `${asFolder(prefix)}${name}`);
      if (one === undefined) left.push(name);
      else files.push(one);
    }
  };
  walk(root, '');
  return { files, left };
};
