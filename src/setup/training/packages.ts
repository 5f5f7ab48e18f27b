/**
 * Our own packages for the training environment's path: a copy, since a run may go on for days while a package manager's folder is emptied.
 * Keyed by the sources; a run keeps the one that it was started with.
 */
import { cpSync, existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { makeFolder, temporaryBeside } from '../../process/files.ts';
import { paths } from '../../util/paths.ts';
import { packages, sourceFiles, sourceFolder, sourcesKey } from '../python-env.ts';

const prefix = 'packages-';

/** What needs no compiling: such a package works from where its sources stand. */
export const isPure = (name: string): boolean => !existsSync(path.join(sourceFolder(), name, 'CMakeLists.txt'));

const copyTo = (folder: string): void => {
  const pure = packages.filter(isPure);
  for (const file of sourceFiles()) {
    const [name = '', source, ...below] = file.split('/');
    if (source === 'src' && pure.includes(name)) cpSync(path.join(sourceFolder(), file), path.join(folder, ...below));
  }
};

const current = (): string => path.join(paths().python, `${prefix}${sourcesKey()}`);

/** The folder with our packages as they are now; copied when it is not there yet, and never seen half done. */
export const ownPackages = (): string => {
  const folder = current();
  if (existsSync(folder)) return folder;
  makeFolder(paths().python);
  const temporary = temporaryBeside(folder);
  try {
    copyTo(temporary);
    renameSync(temporary, folder);
  } catch (error) {
    // Another process was quicker.
    if (!existsSync(folder)) throw error;
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  return folder;
};

/** Every such copy, unfinished ones too. */
export const packageCopies = (): readonly string[] => {
  try {
    return readdirSync(paths().python)
      .filter(name => name.startsWith(prefix))
      .map(name => path.join(paths().python, name));
  } catch {
    return [];
  }
};

/** Those of other versions that are older than that; for when no run is alive. */
export const removeOldCopies = (ageMs: number): void => {
  for (const folder of packageCopies()) {
    const made = statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (folder !== current() && Date.now() - made > ageMs) rmSync(folder, { recursive: true, force: true });
  }
};
