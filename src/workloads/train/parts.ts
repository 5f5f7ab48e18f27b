/** What of a training can be done apart: each seed. What it takes. Pure. */
import type { RunState } from '../../runs/state.ts';
import { counted } from '../../text/format.ts';
import { judgeSeconds, makeSeconds, prepareSeconds, scoreSeconds, startSeconds } from '../prepare/cost.ts';
import { hoursOf, madeHoursOf } from '../prepare/data.ts';
import type { Known, Paced, Part } from '../workload.ts';
import { hoursIn, stepsOf, trainSeconds, usualRate } from './cost.ts';
import { paceHere } from './pace.ts';
import type { TrainSpec } from './spec.ts';

/** Seconds of so many cores until recordings are ready. */
export const readySeconds = ({ data }: Pick<TrainSpec, 'data'>, cores: number): number =>
  startSeconds + makeSeconds(madeHoursOf(data), cores) + prepareSeconds(hoursOf(data), cores);

/** The detectors after the last seed, baselines among them. */
const judging = (spec: TrainSpec): number => judgeSeconds(hoursIn(spec, ['dev', 'test'])) + spec.data.length * scoreSeconds;

/** Recordings before the first seed, and baselines after the last. */
const besideSeconds = (spec: TrainSpec, cores: number): number => readySeconds(spec, cores) + judging(spec);

/** At Modal one container trains all seeds, and recordings are ready before it begins. */
const partThere = (spec: TrainSpec, cores: number): Part => {
  const rate = spec.expected?.rate ?? usualRate(spec, cores);
  const seconds = startSeconds + spec.seeds.length * trainSeconds(spec, rate) + judging(spec);
  return { name: 'w1', units: stepsOf(spec) * spec.seeds.length, weight: 1, seconds };
};

export const partsOf = (spec: TrainSpec, { cores = 1 }: Known = {}): readonly Part[] => {
  if (spec.target === 'modal') return [partThere(spec, cores)];
  const before = { what: 'recordings', seconds: besideSeconds(spec, cores) };
  const seconds = trainSeconds(spec, usualRate(spec, cores));
  return spec.seeds.map((_, at) => ({ name: `w${at + 1}`, units: stepsOf(spec), weight: 1, seconds, before }));
};

/** From the speed of earlier trainings of such a model on this machine, however long they went on. */
export const pacedOf = (spec: TrainSpec, earlier: readonly RunState[], cores: number): Paced | undefined => {
  const pace = paceHere(spec, earlier);
  if (pace === undefined) return undefined;
  const seconds = besideSeconds(spec, cores) + spec.seeds.length * trainSeconds(spec, pace.rate);
  return { seconds, basis: `${pace.rate.toFixed(1)} windows/s in ${counted(pace.runs.length, 'earlier training')} here` };
};
