/** What is prepared, split by split. Pure. */
import { keyOfWords } from '../../util/keyed.ts';
import { sum } from '../../util/numbers.ts';
import type { Prepared, PrepareResults } from './results.ts';
import type { PrepareSpec } from './spec.ts';
import type { SplitName } from './splits.ts';

export type SplitProgress = {
  readonly dataset: string;
  readonly synthetic: boolean;
  readonly split: SplitName;
  readonly done: number;
  readonly total: number;
  readonly hours: number;
  readonly hoursTotal: number;
  readonly seizures: number;
  /** Channels that were left out, and electrodes that were taken from their neighbours. */
  readonly masked: number;
  readonly interpolated: number;
};

export const bySplit = ({ data }: Pick<PrepareSpec, 'data'>, { prepared }: PrepareResults): readonly SplitProgress[] => {
  const of = new Map<string, Prepared[]>();
  for (const one of prepared) {
    const key = keyOfWords(one.dataset, one.split);
    const known = of.get(key);
    if (known === undefined) of.set(key, [one]);
    else known.push(one);
  }
  return data.flatMap(({ dataset, synthetic, splits }) =>
    splits.map(({ split, recordings, hours }): SplitProgress => {
      const done = of.get(keyOfWords(dataset, split)) ?? [];
      return {
        dataset,
        synthetic,
        split,
        done: done.length,
        total: recordings,
        hours: sum(done.map(one => one.hours)),
        hoursTotal: hours,
        seizures: sum(done.map(one => one.seizures)),
        masked: sum(done.map(one => one.masked ?? 0)),
        interpolated: sum(done.map(one => one.interpolated ?? 0)),
      };
    }),
  );
};
