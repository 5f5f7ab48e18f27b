/** "s3://bucket/prefix", and the keys of what is put there. */
import { usageError } from '../errors/errors.ts';

export type S3Address = {
  readonly bucket: string;
  /** Without a slash in front; "" for the whole bucket. */
  readonly prefix: string;
};

const bucketRule = /^(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

export const isBucketName = (name: string): boolean => bucketRule.test(name) && !name.includes('..');

export const parseS3 = (text: string): S3Address => {
  const [, bucket = '', prefix = ''] = /^s3:\/\/([^/]*)\/*(.*)$/s.exec(text) ?? [];
  if (!isBucketName(bucket)) {
    const why = 'it is s3://BUCKET or s3://BUCKET/FOLDER; a bucket has small letters, digits, "-" and ".", 3 to 63 of them';
    throw usageError(`"${text}" is no place in S3`, why, '--to s3://my-bucket/datasets');
  }
  const broken = /[\x00-\x1f\x7f]/.test(prefix) || prefix.split('/').some(part => part === '.' || part === '..');
  if (broken || Buffer.byteLength(prefix) > 900) {
    throw usageError(`"${text}" is no place in S3`, 'its folder has "..", control characters, or is too long', 'ann-tui sync --help');
  }
  return { bucket, prefix };
};

/** A folder's name as it stands before the names of its files. */
export const asFolder = (prefix: string): string => (prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`);

export const shownS3 = (bucket: string, key: string): string => `s3://${bucket}/${key}`;
