/** What `python -m seizure run job.json --out .` is told, here and on Modal. */
import type { DatasetRef, Spec } from '../../runs/spec.ts';
import type { JobPlace } from '../workload.ts';
import type { PrepareSettings } from './settings.ts';
import type { PrepareSpec } from './spec.ts';
import { splitNames } from './splits.ts';

/** What both jobs on recordings have. */
export const recordingsJob = (
  { kind, datasets, settings }: { readonly kind: string; readonly datasets: readonly DatasetRef[]; readonly settings: PrepareSettings },
  { dataDir, cores }: JobPlace,
): object => ({
  v: 1,
  job: kind,
  datasets: datasets.map(({ name, url }) => ({ name, ...(url !== null && { url }) })),
  ...(dataDir !== undefined && { data_dir: dataDir }),
  settings,
  workers: cores,
});

/** How many containers at Modal prepare what is missing before a training or an evaluation, at most. */
export const preparersOf = ({ cloud }: Pick<Spec, 'cloud'>): object =>
  cloud === undefined ? {} : { preparers: cloud.preparer?.containers ?? 1 };

export const jobOf = (spec: PrepareSpec, place: JobPlace): object => ({
  ...recordingsJob(spec, place),
  // At Modal each container prepares a share.
  ...(spec.cloud !== undefined && { containers: spec.cloud.containers }),
  splits: splitNames.filter(name => spec.data.some(({ splits }) => splits.some(({ split }) => split === name))),
});
