import type { Spec } from '../../src/runs/spec.ts';
import { workloadOf } from '../../src/workloads/registry.ts';
import type { Draft } from '../app/context.tsx';

/** The answers that lead to this run once more. Pure. */
export const draftOf = (spec: Spec): Draft => {
  const { kind, datasets, hardware, target, budget, timeout, containers, profile, environment, region, nonpreemptible, ...answers } =
    workloadOf(spec).choicesOf(spec);
  return {
    kind,
    answers,
    datasets,
    hardware,
    target,
    timeout: spec.timeout ?? undefined,
    ...(spec.cloud !== undefined && {
      containers: spec.cloud.containers,
      budget: spec.budget,
      region: spec.cloud.container.region ?? undefined,
      nonpreemptible: spec.cloud.container.nonpreemptible,
    }),
  };
};
