/** What of a benchmark can be measured apart: each build of each implementation on each dataset. Pure. */
import type { Known, Part } from '../workload.ts';
import { implementationSeconds, readingSeconds } from './cost-model.ts';
import type { BenchRun } from './run.ts';
import { type BenchSpec, pointsOfPlan } from './spec.ts';

/** Parts of a dataset come one after the other: containers are given them in this order, and the job works in it. */
export const partsOf = (spec: BenchSpec, { sizesOf, cores = 1 }: Known = {}): readonly Part[] =>
  spec.datasets.flatMap(({ name: dataset }, row) => {
    const known = sizesOf?.(dataset);
    const sizes = known?.of === 'vectors' ? known : undefined;
    const before = sizes === undefined ? undefined : { what: dataset, seconds: readingSeconds(sizes) };
    return spec.implementations.map((plan, column): Part => {
      const shared = { name: `w${row * spec.implementations.length + column + 1}`, units: pointsOfPlan(plan) };
      // Without sizes a build counts for as much as a few settings.
      if (sizes === undefined || before === undefined) return { ...shared, weight: 3 + pointsOfPlan(plan) };
      const seconds = implementationSeconds(plan, spec, sizes, Math.max(1, cores));
      return { ...shared, weight: before.seconds + seconds, seconds, before };
    });
  });

const buildKey = (params: Readonly<Record<string, number | string>>, keys: readonly string[]): string =>
  JSON.stringify(keys.toSorted().map(key => [key, params[key]]));

/** Points that each part has by now, or is known not to get, in the order of the parts. */
export const pointsOfParts = ({ spec, results: { points, unreached = [] } }: Pick<BenchRun, 'spec' | 'results'>): readonly number[] =>
  spec.datasets.flatMap(({ name: dataset }) =>
    spec.implementations.map(({ name, build }) => {
      const keys = Object.keys(build);
      const key = buildKey(build, keys);
      return [...points, ...unreached].filter(
        point => point.dataset === dataset && point.impl === name && buildKey(point.params, keys) === key,
      ).length;
    }),
  );
