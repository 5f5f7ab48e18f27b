import { groupBy } from '../../util/group.ts';
import type { Grid, Group, SweepConfig } from './config.ts';
import type { BenchSpec } from './spec.ts';

const single = (setting: Readonly<Record<string, number | string>>): Grid =>
  Object.fromEntries(Object.entries(setting).map(([name, value]) => [name, [value]]));

/** A run's settings in the words of a sweep file, so that it can be run again exactly: a group for each point, and one for the recalls. Pure. */
export const sweepOf = ({ implementations, k, repeats, seed }: BenchSpec): SweepConfig => ({
  k,
  repeats,
  seed,
  implementations: [...groupBy(implementations, ({ name }) => name)].map(([name, plans]) => ({
    name,
    title: name,
    default: true,
    hidden: false,
    groups: plans.flatMap(({ build, search, atRecall }): readonly Group[] => [
      ...search.map(setting => ({ build: single(build), search: single(setting) })),
      ...(atRecall === undefined ? [] : [{ build: single(build), search: {}, atRecall }]),
    ]),
  })),
});
