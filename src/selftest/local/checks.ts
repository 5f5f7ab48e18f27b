/** Every check of this machine. */
import type { Check } from '../check.ts';
import { wallChecks } from '../walls.ts';
import { clockCheck } from './clocks.ts';
import type { Local } from './context.ts';
import { diskChecks } from './disk.ts';
import { noiseCheck } from './noise.ts';
import { processChecks } from './processes.ts';
import { environmentCheck, environmentName } from './python-env.ts';

export const localChecks: readonly Check<Local>[] = [
  environmentCheck,
  ...diskChecks,
  ...processChecks,
  clockCheck,
  ...wallChecks<Local>(({ asked }) => asked('seal'), [environmentName]),
  noiseCheck,
];
