/** What a run on Modal may take and cost, part by part, before it starts. Pure. */

import { containerLabel } from '../prices/container-price.ts';
import { type StorageRates, storagePrice } from '../prices/storage.ts';
import type { CloudPlan, Spec } from '../runs/spec.ts';
import type { ContainerState, RunState } from '../runs/state.ts';
import { count } from '../text/format.ts';
import { median } from '../util/numbers.ts';
import { workloadOf } from '../workloads/registry.ts';
import type { Sizes } from '../workloads/workload.ts';
import { type CostRange, containersOf, finishOf, meanRate, partCount } from './cloud-cost.ts';
import { countContainer } from './container-times.ts';
import { isEstimate, meter } from './meter.ts';
import { segmentsOf } from './segments.ts';

export type EstimatePart = {
  readonly part: 'image' | 'prepare' | 'queue' | 'start' | 'run' | 'storage';
  /** Of the clock on the wall; 0 for storage. */
  readonly seconds: CostRange;
  /** Of storage: a month. */
  readonly dollars: CostRange;
  /** Modal does not say whether the building of images is billed. */
  readonly billed: 'yes' | 'no' | 'unknown' | 'monthly';
  readonly basis: string;
};

export type CloudEstimate = {
  readonly parts: readonly EstimatePart[];
  /** Containers of a part that follow one another, because none lives long enough. */
  readonly segments: number;
  /** From the confirmation to the last container's end. */
  readonly seconds: CostRange;
  /** Everything that is billed for the run itself; storage goes on by the month and is not in it. */
  readonly dollars: CostRange;
  readonly basis: string;
};

const none: CostRange = { low: 0, likely: 0, high: 0 };

const times = ({ low, likely, high }: CostRange, factor: number): CostRange => ({
  low: low * factor,
  likely: likely * factor,
  high: high * factor,
});

const plus = (...ranges: readonly CostRange[]): CostRange =>
  ranges.reduce((sum, { low, likely, high }) => ({ low: sum.low + low, likely: sum.likely + likely, high: sum.high + high }), none);

/** From what was seen, wider where it was seen seldom. Undefined when it never was. */
const seenRange = (values: readonly number[], widen: number): CostRange | undefined => {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[0], sorted.at(-1)];
  if (low === undefined || high === undefined) return undefined;
  const likely = median(sorted);
  return { low: Math.min(low, likely / widen), likely, high: Math.max(high, likely * widen) };
};

const runs = (count: number): string => (count === 1 ? '1 earlier run' : `${count} earlier runs`);

/** What decides how long the work takes and how many containers share it; the price does not. */
const workKey = (spec: Spec): string => {
  const { container, containers } = spec.cloud ?? {};
  return JSON.stringify([spec.kind, workloadOf(spec).work(spec), container?.cores, container?.memoryGiB, container?.gpu, containers]);
};

const workers = (state: RunState): readonly ContainerState[] =>
  (state.containers ?? []).filter(({ role }) => role !== 'coordinator' && role !== 'preparer');
const coordinators = (state: RunState): readonly ContainerState[] => (state.containers ?? []).filter(({ role }) => role === 'coordinator');

/** Of a run that is over. */
const countAll = (containers: readonly ContainerState[], startupTimeout: number) =>
  containers
    .filter(({ finishedAt }) => finishedAt !== undefined)
    .map(container => countContainer(container, container.finishedAt as number, startupTimeout));

/** Seconds of each part, in the order in which they are handed out. Each container does for itself what comes before. */
const roughParts = (spec: Spec, cloud: CloudPlan, sizesOf: (dataset: string) => Sizes | undefined): readonly number[] =>
  workloadOf(spec)
    .parts(spec, { sizesOf, cores: Math.max(1, Math.floor(cloud.container.cores)) })
    .flatMap(({ seconds, before }) => (seconds === undefined ? [] : [seconds + (before?.seconds ?? 0)]));

/** "rough: from dataset size" */
export const roughBasis = (spec: Spec): string => `rough: from ${workloadOf(spec).guessedFrom}`;

const within = (likely: number, times: number): CostRange => ({ low: likely / times, likely, high: likely * times });

const threefold = (likely: number): CostRange => within(likely, 3);

/** Seconds to find a machine where nobody has measured it: a GPU may be waited for. */
const usualQueue = (gpu: string | null): CostRange => (gpu === null ? { low: 0, likely: 2, high: 60 } : { low: 1, likely: 15, high: 900 });
/** Seconds from a machine to the job's first line: an image is loaded and Python starts. */
const usualStart: CostRange = { low: 2, likely: 8, high: 40 };
/** Seconds; nothing when the image is there already. */
const usualImage: CostRange = { low: 1, likely: 60, high: 240 };
const usualImageAgain: CostRange = { low: 1, likely: 2, high: 240 };

/** Recordings that other containers have ready before; nothing of it where they are there already. */
const preparation = (spec: Spec, { preparer, coordinator }: CloudPlan, start: CostRange): readonly EstimatePart[] => {
  const seconds = preparer && workloadOf(spec).readySeconds?.(spec, preparer.cores);
  if (preparer === undefined || seconds === undefined) return [];
  const all = plus(threefold(seconds), times(start, preparer.containers));
  const clock = { ...times(all, 1 / preparer.containers), low: 0 };
  const dollars = plus(times(all, preparer.dollarsPerHour / 3600), times(clock, coordinator.dollarsPerHour / 3600));
  const basis = `${preparer.containers} × ${containerLabel({ ...preparer, gpu: null })}, only where recordings are not prepared yet`;
  return [{ part: 'prepare', seconds: clock, dollars: { ...dollars, low: 0 }, billed: 'yes', basis }];
};

/** `earlier`: every run of this machine; those of other specs still tell about queues and starts. */
export const estimateCloud = (
  spec: Spec,
  cloud: CloudPlan,
  earlier: readonly RunState[],
  sizesOf: (dataset: string) => Sizes | undefined,
  rates: StorageRates,
): CloudEstimate => {
  const containers = containersOf(spec);
  const [perSecond, coordinatorPerSecond] = [meanRate(spec) / 3600, cloud.coordinator.dollarsPerHour / 3600];
  const there = earlier.filter(state => state.spec.cloud !== undefined && state.status === 'ended');
  const kin = there.filter(({ spec: other }) => other.cloud?.container.gpu === cloud.container.gpu);
  const work = runPart();
  const segments = segmentsOf(spec, work.seconds.likely);
  const starts = partCount(spec) - 1 + segments;

  const imageSeen = there.flatMap(({ phases }) =>
    phases.flatMap(({ name, seconds }) => (name === 'image' && seconds !== undefined ? [seconds] : [])),
  );
  const image: EstimatePart = {
    part: 'image',
    seconds: there.length > 0 ? { ...usualImageAgain, high: Math.max(usualImageAgain.high, ...imageSeen) } : usualImage,
    dollars: none,
    billed: 'unknown',
    basis: there.length > 0 ? 'built before; again only when it changed' : 'built once, then kept',
  };

  const counted = kin.flatMap(state => countAll(workers(state), cloud.startupTimeout));
  const queueSeen = seenRange(
    counted.map(({ parts }) => parts.queue),
    2,
  );
  const queue: EstimatePart = {
    part: 'queue',
    seconds: queueSeen ?? usualQueue(cloud.container.gpu),
    dollars: none,
    billed: 'no',
    basis: queueSeen === undefined ? 'a usual wait' : runs(kin.length),
  };

  const startSeen = seenRange(
    counted.filter(({ unsure }) => unsure === 0).map(({ parts }) => parts.boot),
    1.5,
  );
  const oneStart = startSeen ?? usualStart;
  const start: EstimatePart = {
    part: 'start',
    seconds: times(oneStart, 1 + Math.ceil(starts / containers)),
    dollars: plus(times(oneStart, starts * perSecond), times(oneStart, (1 + Math.ceil(starts / containers)) * coordinatorPerSecond)),
    billed: 'yes',
    basis: startSeen === undefined ? 'a usual start' : runs(kin.length),
  };

  const { seconds, dollars, basis } = work;
  const run: EstimatePart = { part: 'run', seconds, dollars, billed: 'yes', basis };
  const ready = preparation(spec, cloud, oneStart);
  const bytes = spec.datasets.reduce((sum, { name }) => sum + (sizesOf(name)?.bytes ?? 0), 0);
  const storage: EstimatePart = {
    part: 'storage',
    seconds: none,
    dollars: { low: 0, likely: 0, high: storagePrice(bytes, rates) },
    billed: 'monthly',
    basis: `$${rates.gibMonth.toFixed(2)} a GiB and month; a workspace's first ${count(rates.freeGiB)} GiB are free`,
  };
  const parts = [image, ...ready, queue, start, run, storage];
  return {
    parts,
    segments,
    seconds: plus(...parts.map(part => part.seconds)),
    dollars: plus(...ready.map(part => part.dollars), start.dollars, run.dollars),
    basis,
  };

  function runPart(): { readonly seconds: CostRange; readonly dollars: CostRange; readonly basis: string } {
    const key = workKey(spec);
    const same = there.filter(state => state.outcome === 'done' && workKey(state.spec) === key && !isEstimate(meter(state, 0)));
    const measured = same.map(state => {
      const worked = countAll(workers(state), cloud.startupTimeout).reduce((sum, { parts: { run: busy, idle } }) => sum + busy + idle, 0);
      const led = countAll(coordinators(state), cloud.startupTimeout).reduce((sum, { parts: { run: busy, idle } }) => sum + busy + idle, 0);
      return { worked, led };
    });
    const widen = measured.length === 1 ? 1.35 : 1.15;
    const worked = seenRange(
      measured.map(one => one.worked),
      widen,
    );
    const led = seenRange(
      measured.map(one => one.led),
      widen,
    );
    if (worked !== undefined && led !== undefined && worked.likely > 0) {
      return {
        seconds: led,
        dollars: plus(times(worked, perSecond), times(led, coordinatorPerSecond)),
        basis: `${runs(measured.length)} like this one on Modal`,
      };
    }
    const rough = roughParts(spec, cloud, sizesOf);
    const { guessedWithin = 3 } = workloadOf(spec);
    const whole = within(
      rough.reduce((sum, one) => sum + one, 0),
      guessedWithin,
    );
    const clock = within(finishOf([], rough, containers), guessedWithin);
    return {
      seconds: clock,
      dollars: plus(times(whole, perSecond), times(clock, coordinatorPerSecond)),
      basis: roughBasis(spec),
    };
  }
};
