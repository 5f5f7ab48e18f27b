/** What a bucket has of some keys already, in a request for a thousand of them: asking for each would take as long as sending small files. */
import type { S3Client } from '@aws-sdk/client-s3';
import type { LocalFile } from './tree.ts';

/** Bytes of the object; null when there is none; undefined when it is not known. */
export type Listing = (key: string) => number | null | undefined;

const nothingKnown: Listing = () => undefined;

/** Fewer are asked for one by one. */
const worthIt = 10;
const perPage = 1000;

const commonStart = (keys: readonly string[]): string => {
  const [first = '', last = ''] = [keys.toSorted()[0], keys.toSorted().at(-1)];
  let length = 0;
  while (length < first.length && first[length] === last[length]) length += 1;
  return first.slice(0, length);
};

/** Never fails but with the signal's reason: who may write need not be allowed to list. */
export const listBefore = async (client: S3Client, bucket: string, files: readonly LocalFile[], signal: AbortSignal): Promise<Listing> => {
  if (files.length < worthIt) return nothingKnown;
  const { ListObjectsV2Command } = await import('./sdk.ts');
  const prefix = commonStart(files.map(({ key }) => key));
  // A folder in which others have far more is no help.
  const mostPages = 2 + 2 * Math.ceil(files.length / perPage);
  const found = new Map<string, number>();
  let next: string | undefined;
  try {
    for (let page = 0; page < mostPages; page++) {
      const request = { Bucket: bucket, Prefix: prefix, ...(next === undefined ? {} : { ContinuationToken: next }) };
      const answer = await client.send(new ListObjectsV2Command(request), { abortSignal: signal });
      for (const { Key = '', Size = 0 } of answer.Contents ?? []) found.set(Key, Size);
      if (!answer.IsTruncated) return key => found.get(key) ?? null;
      next = answer.NextContinuationToken;
    }
  } catch {
    signal.throwIfAborted();
  }
  return nothingKnown;
};
