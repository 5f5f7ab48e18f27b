/**
 * The private Python environment: found, judged, never made here. An environment counts only by its own stamp, written last:
 * a half-made one has a `bin/python` too.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../errors/errors.ts';
import { packageRoot, paths } from '../util/paths.ts';
import { workloads } from '../workloads/registry.ts';

export type Environment = {
  /** Absolute path of its Python. */
  readonly python: string;
  readonly folder: string;
};

export type Stamp = {
  readonly v: 1;
  /** `sourcesKey()` of the package that it was made from. */
  readonly sources: string;
  /** "3.11" */
  readonly python: string;
  /** ISO date and time. */
  readonly made: string;
};

/** What is installed into the environment: folders in `sourceFolder()`, each before what is built on it. */
export const packages: readonly string[] = [...new Set(['jobkit', ...workloads.flatMap(workload => workload.packages)])];

export const sourceFolder = (): string => path.join(packageRoot, 'modal');

const packed = new Set(['.py', '.json', '.toml', '.md', '.txt', '.cpp', '.hpp', '.h']);
const built = new Set(['build', 'dist', '__pycache__']);

/** Files of these packages as they are published, relative and sorted; what a build leaves behind is not among them. */
export const sourceFiles = (): readonly string[] => {
  const found: string[] = [];
  const walk = (folder: string, prefix: string) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.name.startsWith('.') || entry.name.endsWith('.egg-info')) continue;
      if (entry.isDirectory()) {
        if (!built.has(entry.name)) walk(path.join(folder, entry.name), `${prefix}${entry.name}/`);
      } else if (packed.has(path.extname(entry.name))) found.push(`${prefix}${entry.name}`);
    }
  };
  for (const name of packages) walk(path.join(sourceFolder(), name), `${name}/`);
  return found.sort();
};

let key: string | undefined;

/** Twelve hex digits that change with any of those files, the platform or the architecture. */
export const sourcesKey = (): string => {
  if (key === undefined) {
    const hash = createHash('sha256').update(`${process.platform} ${process.arch}\n`);
    for (const file of sourceFiles()) {
      const bytes = readFileSync(path.join(sourceFolder(), file));
      hash.update(`${file} ${bytes.length}\n`).update(bytes);
    }
    key = hash.digest('hex').slice(0, 12);
  }
  return key;
};

export const stampFile = (folder: string): string => path.join(folder, 'ann-tui.json');

export const pythonIn = (folder: string): string => path.join(folder, 'bin', 'python');

/** Where the environment for this Python ("3.11") belongs. */
export const environmentFolder = (python: string): string => path.join(paths().python, `py${python}-${sourcesKey()}`);

/** The stamp of a finished environment; undefined for remains. */
export const readStamp = (folder: string): Stamp | undefined => {
  try {
    const stamp = JSON.parse(readFileSync(stampFile(folder), 'utf8')) as Stamp;
    return stamp.v === 1 && typeof stamp.sources === 'string' ? stamp : undefined;
  } catch {
    return undefined;
  }
};

/** Every folder that an environment was or is in. */
export const environmentFolders = (): readonly string[] => {
  try {
    return readdirSync(paths().python, { withFileTypes: true })
      .filter(entry => entry.isDirectory() && entry.name.startsWith('py'))
      .map(entry => path.join(paths().python, entry.name));
  } catch {
    return [];
  }
};

/** What is there: ready, or why not. Spawns nothing. */
export const setupStatus = (): SetupStatus => {
  const folders = environmentFolders();
  const stamped = folders.flatMap(folder => {
    const stamp = readStamp(folder);
    return stamp === undefined ? [] : [{ folder, stamp }];
  });
  const ours = stamped.filter(({ stamp }) => stamp.sources === sourcesKey());
  // The link goes dead when the system's Python is upgraded away.
  const usable = ours.find(({ folder }) => existsSync(pythonIn(folder)));
  if (usable !== undefined) return { ready: true, folder: usable.folder };
  if (ours[0] !== undefined) return { ready: false, why: 'the Python that it was made from is gone', folder: ours[0].folder };
  if (stamped.length > 0) return { ready: false, why: 'it belongs to another version of ann-tui', folder: paths().python };
  if (folders.length > 0) return { ready: false, why: 'the last set-up did not finish', folder: paths().python };
  return { ready: false, why: 'it was never set up', folder: paths().python };
};

/** The environment to run jobs with. Throws a `UserError` when there is none. */
export const environment = (): Environment => {
  const { ready, why, folder } = setupStatus();
  if (!ready) throw new UserError({ what: 'The Python environment is not ready', why: why ?? 'unknown', hint: 'ann-tui setup' });
  return { python: pythonIn(folder), folder };
};

export type SetupStatus = { readonly ready: boolean; readonly why?: string; readonly folder: string };
