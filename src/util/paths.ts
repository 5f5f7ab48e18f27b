/** Where things live. Nothing is ever written into the package itself, npx's cache or a repository. */
import { existsSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import envPaths from 'env-paths';

/** The folder of this package: holds `modal/` and `configs/`. Found by walking up, so that it holds bundled and unbundled. */
export const packageRoot = (() => {
  let folder = path.dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const manifest = path.join(folder, 'package.json');
    if (existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).name === 'ann-tui') return folder;
    const parent = path.dirname(folder);
    if (parent === folder) throw new Error('The ann-tui package folder was not found');
    folder = parent;
  }
})();

export type Paths = {
  /** Runs, datasets and the Python environment. */
  readonly data: string;
  /** Preferences and a person's own copies of `configs/`. */
  readonly config: string;
  readonly runs: string;
  readonly datasets: string;
  readonly python: string;
  /** User code, compiled. */
  readonly compiled: string;
  /** Libraries of others, each in an environment of its own. */
  readonly peers: string;
};

/** `ANN_TUI_HOME` puts everything under one folder; else the platform's own places (XDG on Linux). */
export const paths = (env: NodeJS.ProcessEnv = process.env): Paths => {
  const system = envPaths('ann-tui', { suffix: '' });
  const home = env.ANN_TUI_HOME;
  const data = home ? path.resolve(home, 'data') : system.data;
  const config = home ? path.resolve(home, 'config') : system.config;
  return {
    data,
    config,
    runs: path.join(data, 'runs'),
    datasets: path.join(data, 'datasets'),
    python: path.join(data, 'python'),
    compiled: path.join(data, 'compiled'),
    peers: path.join(data, 'peers'),
  };
};

/** As a person would type it: below their home folder with "~". */
export const shownPath = (file: string, home: string = os.homedir()): string =>
  home !== '' && file.startsWith(`${home}${path.sep}`) ? `~${file.slice(home.length)}` : file;
