/** The keys that only one workload has: what it begins with on home, and those of its own screens. */
import { benchKeys, benchStarts } from './bench/keys.ts';
import { evaluateStarts } from './evaluate/keys.ts';
import { evaluateResultKeys } from './evaluate/result-keys.ts';
import { measureKeys } from './measure/keys.ts';
import { prepareStarts } from './prepare/keys.ts';
import { trainKeys, trainStarts } from './train/keys.ts';

export const workloadStarts = [
  // In the order of the help; likewise below.
  ...benchStarts,
  ...trainStarts,
  ...evaluateStarts,
  ...prepareStarts,
] as const;

export const workloadKeys = [
  // A workload's own screens.
  ...benchKeys,
  ...evaluateResultKeys,
  ...trainKeys,
  ...measureKeys,
] as const;
