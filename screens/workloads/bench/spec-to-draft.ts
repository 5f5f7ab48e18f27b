import type { BenchSpec } from '../../../src/runs/spec.ts';
import { sweepOf } from '../../../src/workloads/bench/spec-to-sweep.ts';
import type { Draft } from '../../app/context.tsx';

/** The answers that lead to this run once more. Pure. */
export const draftOf = (spec: BenchSpec): Draft => ({
  implementations: [...new Set(spec.implementations.map(({ name, source }) => source?.from ?? name))],
  datasets: spec.datasets.map(({ name }) => name),
  hardware: spec.hardware.id,
  target: spec.target,
  like: {
    sweep: sweepOf(spec),
    threads: spec.threads,
    ...(spec.subset !== null && { subset: spec.subset }),
    ...(spec.timeout !== null && { timeout: spec.timeout }),
  },
  ...(spec.cloud !== undefined && {
    containers: spec.cloud.containers,
    budget: spec.budget,
    region: spec.cloud.container.region ?? undefined,
    nonpreemptible: spec.cloud.container.nonpreemptible,
  }),
});
