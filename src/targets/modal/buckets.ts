import type { CloudPlan } from '../../runs/spec.ts';
import { bucketKeys } from '../../secrets/known.ts';

/** Buckets as the app mounts them, each with the keys that its secret must have; undefined without any. */
export const bucketsOf = ({ buckets }: CloudPlan) => {
  const datasets = buckets?.datasets;
  if (datasets === undefined) return undefined;
  const { bucket: name, prefix, endpoint, secret } = datasets;
  return { datasets: { name, prefix, endpoint, secret, keys: bucketKeys(endpoint) } };
};
