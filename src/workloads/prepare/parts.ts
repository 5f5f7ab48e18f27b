/** What of a preparation can be done apart: at Modal shares of the recordings, one a container. Pure. */
import type { Known, Part } from '../workload.ts';
import { makeSeconds, prepareSeconds, startSeconds } from './cost.ts';
import { hasMade, hoursOf, madeHoursOf, recordingsOf } from './data.ts';
import type { PrepareSpec } from './spec.ts';

/** As `split` of modal/seizure/src/seizure/cloud.py has them: the longest recordings first, each to the share with the least. */
export const partsOf = ({ data, cloud }: Pick<PrepareSpec, 'data' | 'cloud'>, { cores = 1 }: Known = {}): readonly Part[] => {
  const [hours, recordings] = [hoursOf(data), recordingsOf(data)];
  const count = cloud === undefined || hasMade(data) ? 1 : Math.max(1, Math.min(cloud.containers, recordings));
  const share = hours / count;
  const seconds = startSeconds + makeSeconds(madeHoursOf(data), cores) + prepareSeconds(share, cores);
  // Exactly so many where all are as long: the first shares take what is left over.
  const unitsOf = (at: number): number => Math.floor(recordings / count) + (at < recordings % count ? 1 : 0);
  return Array.from({ length: count }, (_, at) => ({
    name: `w${at + 1}`,
    units: unitsOf(at),
    weight: Math.max(share, Number.MIN_VALUE),
    seconds,
  }));
};
