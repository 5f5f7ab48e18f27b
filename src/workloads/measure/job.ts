/** What `python -m seizure run job.json --out .` is told of a measurement; at Modal each machine is a part, which has a job of its own. */
import type { JobPlace } from '../workload.ts';
import type { MeasureSpec } from './spec.ts';

export const jobOf = ({ settings, config, source, seconds, machines }: MeasureSpec, { sourceAt }: JobPlace): object => ({
  v: 1,
  job: 'measure',
  settings,
  config,
  source: source === null ? null : sourceAt(source),
  seconds,
  machines: machines.map(({ gpu }) => gpu),
});
