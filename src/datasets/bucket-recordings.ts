/** Recordings that lie in a bucket and stay there. Pure. */
import type { BucketConfig } from '../runs/spec.ts';
import type { RecordingsStamp } from './recordings-here.ts';

/** Where the bucket of recordings is mounted in containers: modal/apps/declare.py has it, too. */
export const bucketFolder = '/mnt/recordings';

/** Whether its files lie in the mounted bucket, not on the volume. */
export const isInBucket = ({ folder }: Pick<RecordingsStamp, 'folder'>): boolean => folder.startsWith(`${bucketFolder}/`);

/** "s3://BUCKET/PREFIX/" */
export const bucketAddress = ({ bucket, prefix }: Pick<BucketConfig, 'bucket' | 'prefix'>): string => `s3://${bucket}/${prefix}`;
