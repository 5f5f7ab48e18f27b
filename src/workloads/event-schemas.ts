/** What the workloads' own events hold, by type: nothing but data, so that whoever reads events needs to know no workload. */
import bench from '../../modal/annbench/src/annbench/event-schema.json' with { type: 'json' };
import seizure from '../../modal/seizure/src/seizure/event-schema.json' with { type: 'json' };

export const workloadEventTypes: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ...bench.types,
  ...seizure.types,
};
