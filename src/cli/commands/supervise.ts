/** `ann-tui _supervise RUN`: the process behind a run. Loads no screen, no command, no config. */

import { supervise } from '../../runs/supervisor.ts';
import { pythonIn, setupStatus } from '../../setup/python-env.ts';
import { targetFor } from '../../targets/index.ts';

export const superviseRun = async (run: string): Promise<void> => {
  await supervise(run, { targetFor: spec => targetFor(spec, { python: () => pythonIn(setupStatus().folder) }) });
};
