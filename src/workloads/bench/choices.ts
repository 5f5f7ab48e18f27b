import type { BenchChoices } from './plan.ts';
import type { BenchSpec } from './spec.ts';
import { sweepOf } from './spec-to-sweep.ts';

/** What a person would choose to run the same again, point by point. Pure. */
export const choicesOf = (spec: BenchSpec): BenchChoices => ({
  kind: 'bench',
  implementations: [...new Set(spec.implementations.map(({ name, source }) => source?.from ?? name))],
  datasets: spec.datasets.map(({ name }) => name),
  hardware: spec.hardware.id,
  target: spec.target,
  sweep: sweepOf(spec),
  threads: spec.threads,
  ...(spec.subset !== null && { subset: spec.subset }),
});
