/** Every check of Modal, in the order in which they can be tried. */
import type { Check } from '../check.ts';
import type { SealFacts } from '../local/facts.ts';
import { wallChecks } from '../walls.ts';
import { accountChecks, billCheck, sizesCheck } from './account.ts';
import { callChecks, callName, endChecks, leadingCheck } from './calls.ts';
import { cleanUpCheck, stopCheck } from './ending.ts';
import { launchChecks } from './launch.ts';
import { laterLog, liveLog } from './logs.ts';
import { once, probe, type Trial } from './trial.ts';
import { volumeCheck, volumeChecks } from './volumes.ts';

const sealed = (trial: Trial, signal: AbortSignal): Promise<SealFacts> =>
  once(trial, 'seal', async () => (await probe<SealFacts>(trial, { probe: 'seal' }, signal)).value);

export const modalChecks: readonly Check<Trial>[] = [
  ...accountChecks,
  volumeCheck,
  ...launchChecks,
  ...callChecks,
  liveLog,
  ...volumeChecks,
  ...endChecks,
  ...wallChecks<Trial>(sealed, [callName]),
  sizesCheck,
  leadingCheck,
  stopCheck,
  laterLog,
  billCheck,
  cleanUpCheck,
];
