/** What a run on Modal has to bring to its datasets volume first, in words. Pure. */
import { size } from '../text/format.ts';
import type { DatasetInfo } from './dataset-info.ts';
import type { VolumeDatasets } from './places.ts';

/** A run there has it without anybody's doing: it is made by the run, or, of vectors, published. Recordings are counted before. */
export const reachesModal = ({ of, url, made, own }: DatasetInfo): boolean => !own && (made === true || (of === 'vectors' && url !== null));

/** On the volume, verified; false also while that is not known. */
export const isThere = ({ name }: DatasetInfo, there: VolumeDatasets | undefined): boolean =>
  there?.state === 'ready' && there.datasets.get(name)?.state === 'verified';

/**
 * "525 MB to fetch there first, once, in billed time": of the datasets of a run. `there` undefined: Modal was not asked, or has not answered.
 */
export const needsWords = (datasets: readonly DatasetInfo[], there?: VolumeDatasets): string => {
  // Without recordings there is no plan: whoever has one has them there.
  const missing = datasets.filter(info => !isThere(info, there) && (info.of === 'vectors' || info.made === true));
  const fetched = missing.filter(info => reachesModal(info) && !info.made);
  const lacking = missing.filter(info => !reachesModal(info));
  const sum = (infos: readonly DatasetInfo[]): string => size(infos.reduce((bytes, info) => bytes + info.bytes, 0));
  const known = there?.state === 'ready';
  const parts = [
    ...(fetched.length === 0
      ? []
      : [
          known
            ? `${sum(fetched)} to fetch there first, once, in billed time`
            : `${sum(fetched)} to fetch there first, where they are missing`,
        ]),
    ...(lacking.length === 0 ? [] : [`${sum(lacking)} to upload from here before, if they are not there`]),
    ...(missing.some(({ made }) => made === true)
      ? [datasets.length === 1 ? 'made there in seconds' : 'the rest is made there in seconds']
      : []),
  ];
  return parts.length > 0 ? parts.join('; ') : datasets.length === 0 ? '' : 'on Modal already, verified';
};
