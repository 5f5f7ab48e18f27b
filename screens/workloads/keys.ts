/** The keys that only one workload has: what it begins with on home, and those of its own screens. In the order of the help. */
import { benchKeys, benchStarts } from './bench/keys.ts';

export const workloadStarts = [...benchStarts] as const;

export const workloadKeys = [...benchKeys] as const;
