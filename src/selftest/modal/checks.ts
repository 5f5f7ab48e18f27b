/** Every check of Modal, in the order in which they can be tried. */
import type { Check } from '../check.ts';
import type { SealFacts } from '../local/facts.ts';
import { wallChecks } from '../walls.ts';
import { accountChecks, billCheck, sizesCheck } from './account.ts';
import { budgetCheck, callChecks, callName, leadingCheck, timeoutCheck } from './calls.ts';
import { cleanUpCheck, stopCheck } from './ending.ts';
import { handOverChecks } from './handing-over.ts';
import { interruptionChecks } from './interruption.ts';
import { launchChecks } from './launch.ts';
import { laterLog, liveLog } from './logs.ts';
import type { SelftestPlan } from './plan.ts';
import { trainingChecks } from './training.ts';
import { once, probe, type Trial } from './trial.ts';
import { volumeCheck, volumeChecks } from './volumes.ts';

const sealed = (trial: Trial, signal: AbortSignal): Promise<SealFacts> =>
  once(trial, 'seal', async () => (await probe<SealFacts>(trial, { probe: 'seal' }, signal)).value);

export const modalChecks: readonly Check<Trial>[] = [
  ...accountChecks,
  volumeCheck,
  ...launchChecks,
  ...callChecks,
  // The dearest of all: while little is spent.
  ...trainingChecks,
  ...handOverChecks,
  liveLog,
  ...volumeChecks,
  timeoutCheck,
  ...interruptionChecks,
  budgetCheck,
  ...wallChecks<Trial>(sealed, [callName]),
  sizesCheck,
  leadingCheck,
  stopCheck,
  laterLog,
  billCheck,
  cleanUpCheck,
];

/** Those that a plan has the containers for. */
export const checksOf = ({ training }: SelftestPlan): readonly Check<Trial>[] =>
  training === undefined ? modalChecks.filter(one => !trainingChecks.includes(one)) : modalChecks;
