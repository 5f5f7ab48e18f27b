/** What `python -m seizure run job.json --out .` is told of a training. */
import { preparersOf, recordingsJob } from '../prepare/job.ts';
import type { JobPlace } from '../workload.ts';
import type { TrainSpec } from './spec.ts';

export const jobOf = (spec: TrainSpec, place: JobPlace): object => ({
  ...recordingsJob(spec, place),
  ...preparersOf(spec),
  config: spec.config,
  seeds: spec.seeds,
  ...(spec.source !== null && { source: place.sourceAt(spec.source) }),
  ...(spec.check && { check: true }),
});
