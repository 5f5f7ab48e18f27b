/** Modal's profile file from the outside: where it is, and who may read it. What stands in it is the helper's to read. */
import { chmodSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileMode } from '../process/files.ts';
import { isWide } from './file-mode.ts';

/** The client's own rule. */
export const profileFilePath = (env: NodeJS.ProcessEnv = process.env): string =>
  env.MODAL_CONFIG_PATH ? path.resolve(env.MODAL_CONFIG_PATH) : path.join(env.HOME || os.homedir(), '.modal.toml');

/** "~/.modal.toml" for a person. */
export const shownPath = (file: string, env: NodeJS.ProcessEnv = process.env): string => {
  const home = env.HOME || os.homedir();
  return file.startsWith(`${home}${path.sep}`) ? `~${file.slice(home.length)}` : file;
};
/** Permission bits; undefined without a file. A device such as /dev/null stands for none, and is nobody's to change. */
export const modeOf = (file: string): number | undefined => {
  try {
    const about = statSync(file);
    return about.isFile() ? about.mode & 0o777 : undefined;
  } catch {
    return undefined;
  }
};
/** Makes it its owner's alone; true when that was needed and could be done. */
export const mendMode = (file: string): boolean => {
  const mode = modeOf(file);
  if (mode === undefined || !isWide(mode)) return false;
  try {
    chmodSync(file, fileMode);
    return true;
  } catch {
    return false;
  }
};
