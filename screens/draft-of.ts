import type { BenchSpec } from '../src/runs/spec.ts';
import type { Draft } from './context.tsx';

/** The answers that lead to this run once more. A spec names no sweep file: the settings are those of configs/benchmark.yaml. Pure. */
export const draftOf = ({ implementations, datasets, hardware, target, cloud, budget, k, threads, subset, timeout }: BenchSpec): Draft => ({
  implementations: [...new Set(implementations.map(({ name, source }) => source?.from ?? name))],
  datasets: datasets.map(({ name }) => name),
  hardware: hardware.id,
  target,
  like: { k, threads, ...(subset !== null && { subset }), ...(timeout !== null && { timeout }) },
  ...(cloud !== undefined && {
    containers: cloud.containers,
    budget,
    region: cloud.container.region ?? undefined,
    nonpreemptible: cloud.container.nonpreemptible,
  }),
});
