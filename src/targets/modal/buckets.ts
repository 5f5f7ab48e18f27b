import type { BucketConfig, Buckets } from '../../runs/spec.ts';
import { bucketKeys } from '../../secrets/known.ts';

const mountOf = ({ bucket: name, prefix, endpoint, secret }: BucketConfig) => ({
  name,
  prefix,
  endpoint,
  secret,
  keys: bucketKeys(endpoint),
});

/** Buckets as the app mounts them, each with the keys that its secret must have; undefined without any. */
export const bucketsOf = ({ buckets }: { readonly buckets?: Buckets }) => {
  const { datasets, recordings } = buckets ?? {};
  if (datasets === undefined && recordings === undefined) return undefined;
  return {
    ...(datasets !== undefined && { datasets: mountOf(datasets) }),
    ...(recordings !== undefined && { recordings: mountOf(recordings) }),
  };
};
