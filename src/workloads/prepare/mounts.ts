/** Which buckets a run on recordings mounts. Pure. */
import type { Spec } from '../../runs/spec.ts';
import type { KnownRecordings } from './data.ts';

/** The bucket is mounted only where one of the datasets lies in it: a mount that fails would end a run that does without it. */
export const mountedFor = <F extends Pick<Spec, 'cloud'>>(fields: F, known: readonly KnownRecordings[]): F => {
  if (fields.cloud === undefined) return fields;
  const { buckets, ...cloud } = fields.cloud;
  const recordings = known.some(({ there }) => there?.bucket) ? buckets?.recordings : undefined;
  return { ...fields, cloud: { ...cloud, ...(recordings !== undefined && { buckets: { recordings } }) } };
};
