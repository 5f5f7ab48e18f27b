/** What training takes, roughly. Pure. */
import { hoursOf } from '../prepare/data.ts';
import type { SplitName } from '../prepare/splits.ts';
import { fullOptions, type Options, sizes } from './config/model-options.ts';
import type { TrainConfig } from './config-shape.ts';
import { flopsOfSecond } from './model-flops.ts';
import type { TrainSpec } from './spec.ts';

/** At Modal, and the GPU that a plan of this machine tells of: the cheapest one that knows bfloat16. */
export const usualHardware = 'l4';

/** What a model and its windows are, as far as speed goes. */
export type Work = Pick<TrainSpec, 'config' | 'settings' | 'source'>;

/** Windows that a step sees. */
export const windowsOfStep = ({ windows, training }: Pick<TrainConfig, 'windows' | 'training'>): number =>
  windows.batch * training.accumulate;

export const channelsOf = ({ settings }: Pick<Work, 'settings'>): number => (settings.montage === 'referential' ? 19 : 18);

/** Steps and windows in which one batch has to be learnt by heart: `training/check.py`. */
const checkSteps = 200;
const checkWindows = 8;

/** Steps of one seed. */
export const stepsOf = ({ config, check }: Pick<TrainSpec, 'config' | 'check'>): number => (check ? checkSteps : config.training.steps);

/** Floating-point operations of a window, forward and backward. Of a person's own model nothing is known: it is taken for the smallest of ours. */
export const flopsOfWindow = (work: Work): number => {
  const { config, settings, source } = work;
  const options = (source === null ? fullOptions(config.model) : undefined) ?? (sizes.tiny?.options as Options);
  return config.windows.seconds * flopsOfSecond(options, channelsOf(work), settings.rate);
};

/** Operations a second of one core in 32 bits: 17e9 of tiny to 33e9 of base, by the processor's time of steps on an EPYC. */
export const flopsOfCore = 20e9;

/** A look at dev has no way back, which takes twice as long as the way there. */
const onlyForward = 1 / 3;

export const hoursIn = ({ data }: Pick<TrainSpec, 'data'>, names: readonly SplitName[]): number =>
  hoursOf(data.map(one => ({ ...one, splits: one.splits.filter(({ split }) => names.includes(split)) })));

const windowsIn = (spec: Pick<TrainSpec, 'data' | 'config'>, names: readonly SplitName[]): number =>
  (hoursIn(spec, names) * 3600) / spec.config.windows.seconds;

/** As many as the train split has. Undefined of recordings that nobody has counted, and of a check, which has one batch. */
export const windowsOfEpoch = (spec: Pick<TrainSpec, 'data' | 'config' | 'check'>): number | undefined => {
  const windows = windowsIn(spec, ['train']);
  return windows === 0 || spec.check === true ? undefined : windows;
};

/** Looks at dev of one seed, whose windows do not overlap. */
const looksOf = ({ training }: TrainConfig): number => Math.ceil(training.steps / training.evaluate_every);

/** Windows that one seed takes: its steps, and what its looks at dev and the scores in the end take in comparison. */
export const workOfSeed = (spec: Pick<TrainSpec, 'data' | 'config' | 'check'>): number => {
  const { config, check } = spec;
  if (check) return checkSteps * Math.min(checkWindows, config.windows.batch);
  const looks = looksOf(config) * windowsIn(spec, ['dev']);
  const scores = windowsIn(spec, ['dev', 'test']) / (1 - config.evaluation.overlap);
  return config.training.steps * windowsOfStep(config) + (looks + scores) * onlyForward;
};

/** Of the cores of a machine those that it works with. */
export const coresOf = ({ config: { training } }: Pick<Work, 'config'>, cores: number): number =>
  training.threads === 0 ? cores : Math.min(cores, training.threads * training.processes);

/** Windows a second, forward and backward, on a usual machine with so many cores. */
export const usualRate = (work: Work, cores: number): number => (coresOf(work, cores) * flopsOfCore) / flopsOfWindow(work);

/** Seconds of one seed. `rate`: windows a second. */
export const trainSeconds = (spec: TrainSpec, rate: number): number => workOfSeed(spec) / rate;
