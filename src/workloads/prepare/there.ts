/** What is known of recordings at Modal before a run there: from their inventory on the datasets volume. */
import { bucketAddress, isInBucket } from '../../datasets/bucket-recordings.ts';
import { usageError } from '../../errors/errors.ts';
import type { SharedChoices, SharedContext } from '../shared-plan.ts';
import { type KnownRecordings, toldBy } from './data.ts';

/**
 * By name; what is not in it is not there. Throws a usage error for recordings of a bucket that is not the one of configs/modal.yaml, and a
 * `ModalError` where Modal cannot be asked.
 */
export const knownThere = async (
  names: readonly string[],
  where: Pick<SharedChoices, 'profile' | 'environment'>,
  { modal: { volumes, buckets }, stampsThere }: Pick<SharedContext, 'modal' | 'stampsThere'>,
): Promise<ReadonlyMap<string, KnownRecordings>> => {
  if (names.length === 0 || stampsThere === undefined) return new Map();
  const mounted = buckets?.recordings === undefined ? undefined : bucketAddress(buckets.recordings);
  const stamps = await stampsThere(where, volumes.datasets, names);
  return new Map(
    [...stamps].map(([dataset, stamp]): [string, KnownRecordings] => {
      const bucket = isInBucket(stamp);
      if (bucket && stamp.source !== `${mounted}${dataset}`) {
        const why = `its recordings lie in ${stamp.source}; configs/modal.yaml names ${mounted ?? 'no bucket of recordings'}`;
        throw usageError(`The bucket of ${dataset} is not mounted`, why, `ann-tui sync ${dataset} --target modal`);
      }
      return [dataset, { dataset, ...toldBy(stamp), there: { bucket } }];
    }),
  );
};
