/** How fast a training went over all of its steps, from what it told on the way. Pure. */
import { sum } from '../../util/numbers.ts';
import { seriesOf, type TrainResults } from './results.ts';

/** `training/pace.py`: a told speed is that of so many steps, and of none of a process's first. */
const [recent, warmUp] = [100, 2];

type Told = { readonly step: number; readonly rate: number };
/** Steps, and their seconds for each window of one. */
type Part = { readonly steps: number; readonly seconds: number };

/**
 * What was told of an attempt that began after `from`, cut into pieces of which each step is in one: a told speed is the mean of the steps before it,
 * and one of them alone weighs as much as they do together.
 */
const partsOf = (told: readonly Told[], from: number): readonly Part[] => {
  const last = told.at(-1);
  if (last === undefined) return [];
  const steps = Math.max(1, Math.min(recent, last.step - from - warmUp));
  const earlier = told.filter(({ step }) => step <= last.step - steps && step > from + warmUp);
  return [...partsOf(earlier, from), { steps, seconds: steps / last.rate }];
};

/** Windows a second, forward and backward: all steps by the time they took. Undefined before it has told any. */
export const speedOf = (results: Pick<TrainResults, 'series' | 'resumed'>, seeds: readonly number[]): number | undefined => {
  const parts = seeds.flatMap(seed => {
    const { steps = [], values = [] } = seriesOf(results, seed, 'windows_per_s') ?? {};
    const told = steps.flatMap((step, at): readonly Told[] => ((values[at] ?? 0) > 0 ? [{ step, rate: values[at] as number }] : []));
    // Each attempt is a process of its own, which begins to count anew.
    const begins = [0, ...results.resumed.filter(one => one.seed === seed).map(({ step }) => step)];
    return begins.flatMap((from, at) =>
      partsOf(
        told.filter(({ step }) => step > from && step <= (begins[at + 1] ?? Number.POSITIVE_INFINITY)),
        from,
      ),
    );
  });
  const seconds = sum(parts.map(part => part.seconds));
  return seconds === 0 ? undefined : sum(parts.map(({ steps }) => steps)) / seconds;
};
