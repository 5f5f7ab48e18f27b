/** What a training's money bought: an epoch, its best checkpoint, and nothing since. Pure. */
import { billedUntil } from '../../../metering/billed-until.ts';
import { isEstimate, meter } from '../../../metering/meter.ts';
import type { Moment } from '../../../metering/plane-clock.ts';
import { gistOf } from '../best.ts';
import { windowsOfEpoch, windowsOfStep } from '../cost.ts';
import { bestCheckpoint, bestLook, type CheckpointRef } from '../results.ts';
import type { TrainRun, TrainSpec } from '../spec.ts';

/** As many windows as the train split has: what a step is counted in parts of. Windows are drawn, so none is certain to be among them. */
export type Epoch = {
  /** A step may be more than one. */
  readonly steps: number;
  /** Of steps alone, at the mean speed so far: without looks at dev, and without what comes before and after. Absent before a speed was told. */
  readonly seconds?: number;
  /** Of those seconds, on the container that trains, and the coordinator beside it. Absent where nothing is billed. */
  readonly dollars?: number;
};

/** Dollars; absent on this machine, where nothing is billed. */
export type Gained = {
  /** Billed until the checkpoint of the best look at dev was written, of all seeds and attempts. */
  readonly toBest: number;
  /** Billed after it. */
  readonly sinceGain: number;
  /** As the meter is: something of it had to be assumed. */
  readonly estimate: boolean;
};

export type TrainMoney = { readonly epoch?: Epoch; readonly gained?: Gained };

/** Dollars an hour while a seed is trained: one container trains them all, one after the other; 0 on this machine. */
const rateOfSeed = ({ cloud, hardware }: TrainSpec): number =>
  cloud === undefined ? 0 : hardware.dollarsPerHour + cloud.coordinator.dollarsPerHour;

const epochOf = (run: TrainRun): Epoch | undefined => {
  const { spec } = run;
  const windows = windowsOfEpoch(spec);
  if (windows === undefined) return undefined;
  const steps = windows / windowsOfStep(spec.config);
  const { rate } = gistOf(run);
  if (rate === undefined) return { steps };
  const seconds = windows / rate;
  return { steps, seconds, ...(spec.target === 'modal' && { dollars: (seconds / 3600) * rateOfSeed(spec) }) };
};

/** The checkpoint of the best look of all seeds; undefined before one is written. */
const bestOfAll = ({ spec, results }: TrainRun): CheckpointRef | undefined =>
  spec.seeds
    .map(seed => ({ auroc: bestLook(results, seed)?.auroc ?? Number.NEGATIVE_INFINITY, checkpoint: bestCheckpoint(results, seed) }))
    .toSorted((a, b) => b.auroc - a.auroc)
    .find(({ checkpoint }) => checkpoint !== undefined)?.checkpoint;

const gainedOf = (run: TrainRun, now: number | Moment): Gained | undefined => {
  const best = bestOfAll(run);
  if (run.spec.target !== 'modal' || best === undefined) return undefined;
  const own = meter(run, now);
  // Clocks of a container and of the control plane may differ: never more than was billed at all.
  const toBest = Math.min(own.billed, billedUntil(run, best.time * 1000));
  return { toBest, sinceGain: own.billed - toBest, estimate: isEstimate(own) };
};

/** `now`: as the meter takes it. */
export const moneyOf = (run: TrainRun, now: number | Moment): TrainMoney => {
  const [epoch, gained] = [epochOf(run), gainedOf(run, now)];
  return { ...(epoch !== undefined && { epoch }), ...(gained !== undefined && { gained }) };
};

/** Its fields of a cost record: null where it is not known, or nothing is billed. Steps and seconds are those of an epoch. */
export const moneyRecord = ({ epoch, gained }: TrainMoney): Readonly<Record<string, number | null>> => ({
  steps_per_epoch: epoch?.steps ?? null,
  seconds_per_epoch: epoch?.seconds ?? null,
  dollars_per_epoch: epoch?.dollars ?? null,
  dollars_to_best: gained?.toBest ?? null,
  dollars_since_gain: gained?.sinceGain ?? null,
});
