/** `ann-tui _supervise RUN`: the process behind a run. Loads no screen, no command, no config. */

import { supervise } from '../../runs/supervisor.ts';
import { runtimePython } from '../../setup/runtimes.ts';
import { targetFor } from '../../targets/index.ts';

export const superviseRun = async (run: string): Promise<void> => {
  await supervise(run, { targetFor: spec => targetFor(spec, { pythonOf: runtimePython }) });
};
