/** Every check of this machine. */
import type { Check } from '../check.ts';
import { wallChecks } from '../walls.ts';
import { clockCheck } from './clocks.ts';
import type { Local } from './context.ts';
import { diskChecks } from './disk.ts';
import { environmentCheck, environmentName } from './environment.ts';
import { noiseCheck } from './noise.ts';
import { processChecks } from './processes.ts';

export const localChecks: readonly Check<Local>[] = [
  environmentCheck,
  ...diskChecks,
  ...processChecks,
  clockCheck,
  ...wallChecks<Local>(({ asked }) => asked('seal'), [environmentName]),
  noiseCheck,
];
