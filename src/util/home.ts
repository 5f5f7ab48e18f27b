/** Whether there is a place for everything that is kept: looked at once, before anything is read or written there. */
import { statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { usageError } from '../errors/errors.ts';
import { paths } from './paths.ts';

/** The nearest thing above that is there. */
const nearest = (place: string): string => {
  for (let at = place; ; at = path.dirname(at)) {
    try {
      statSync(at);
      return at;
    } catch {
      if (path.dirname(at) === at) return at;
    }
  }
};

const mend = 'ANN_TUI_HOME=/var/tmp/bench ann-tui info';

/** Throws a usage error for a HOME (or ANN_TUI_HOME, XDG_…_HOME) that is no folder. What is not there yet is made when it is needed. */
export const requireHome = (env: NodeJS.ProcessEnv = process.env): void => {
  const { data, config } = paths(env);
  for (const place of [data, config]) {
    const name = env.ANN_TUI_HOME ? 'ANN_TUI_HOME' : place.startsWith(os.homedir()) ? 'HOME' : 'XDG_DATA_HOME or XDG_CONFIG_HOME';
    if (!path.isAbsolute(place)) {
      const said = env.HOME === '' ? 'it is empty' : `it is "${env.HOME}", which is another folder from each place`;
      throw usageError('HOME names no folder', `${said}; runs and datasets are kept below it`, mend);
    }
    const found = nearest(place);
    if (!statSync(found).isDirectory())
      throw usageError(`${name} names no folder`, `${found} is a file; runs and datasets are kept in ${place}`, mend);
  }
};
