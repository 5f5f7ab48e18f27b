/**
 * How fast a training would go, and what it would cost: here, and on every GPU of the price list. Pure.
 *
 * What was measured is told as measured; everything else is an estimate and told as one:
 * - Here: `usualRate`, from the operations of a window and what a core of a usual machine does.
 * - On a GPU, where another was measured: that rate times the ratio of their tensor speeds.
 * - On a GPU, where none was: operations of a window at `shareOfPeak` of its tensor speed. Of a person's own model the operations are taken from
 *   the rate that was measured here.
 * - Neither is faster than windows can be read, nor than a step's kernels can be started.
 * What it needs of a GPU's memory is measured or an estimate in the same way.
 * It is training alone: recordings are prepared and detectors judged on the cores beside a GPU, as here.
 */
import type { HardwareRow } from '../../prices/container-price.ts';
import { parseContainer } from '../../prices/container-text.ts';
import { parseGpus } from '../../prices/gpus.ts';
import type { RunState } from '../../runs/state.ts';
import type { There } from '../workload.ts';
import { fullOptions } from './config/model-options.ts';
import {
  channelsOf,
  coresOf,
  flopsOfCore,
  flopsOfWindow,
  usualRate,
  type Work,
  windowsOfEpoch,
  windowsOfStep,
  workOfSeed,
} from './cost.ts';
import { keptOfSecond, parametersOf } from './model-flops.ts';
import { type Pace, pacesOf } from './pace.ts';
import type { TrainSpec } from './spec.ts';

/** Of a GPU's tensor speed that small models on long signals reach; no figure of such a model is published, so it is a guess, on the low side. */
const shareOfPeak = 0.05;
/** Windows a second that one process reads: `npm run measure -- eeg-loader`. */
export const mostRead = 5000;
/** Seconds in which the kernels of a step are started, however little they do: some hundreds of them, forward, backward and AdamW. */
const leastStep = 0.02;
/** What speeds are compared with: dense fp16 TFLOPS with sums in fp32 of an RTX 4090, by its maker. */
const yardstickTflops = 165;

export type ForecastRow = {
  /** The row of the price list; null: this machine. */
  readonly hardware: HardwareRow | null;
  /** Windows a second; undefined where nothing is known of the GPU. */
  readonly rate?: number;
  readonly measured: boolean;
  /** Of all seeds. */
  readonly seconds?: number;
  /** 0 on this machine. */
  readonly dollars?: number;
  readonly dollarsPerThousandSteps?: number;
  readonly dollarsPerEpoch?: number;
  /** Bytes of a GPU's memory that a step needs; measured there, or an estimate. Undefined of this machine, and of a person's own model before it ran there. */
  readonly memory?: number;
  /** Whether the GPU has them; undefined where it is not known. What ran there fits. */
  readonly fits?: boolean;
  /** In comparison with an RTX 4090. */
  readonly speed?: number;
  /** What an estimate ends at before the GPU does: windows that are read, or steps that are too small for it. */
  readonly limit?: 'reading' | 'steps';
};

export type ForecastOptions = {
  readonly rows: readonly HardwareRow[];
  /** Of this machine. */
  readonly cores: number;
  /** Of runs of such work, the newest first. */
  readonly paces: readonly Pace[];
};

/** The newest run there. */
const paceOn = (paces: readonly Pace[], hardware: string | null): Pace | undefined => paces.find(pace => pace.hardware === hardware);

const measuredOn = (paces: readonly Pace[], hardware: string | null): number | undefined => paceOn(paces, hardware)?.rate;

/** Of what is kept, with gradients on the way back: 1.04 to 1.07 were counted on CPUs. */
const peak = 1.1;
/** Bytes of a weight: itself, its gradient, AdamW's two moments and the moving average, in float32. */
const bytesOfWeight = 20;
/** What CUDA and its libraries take before the first tensor: half a GiB is usual. */
const besides = 2 ** 29;
/** Of its memory, what an allocator that works in blocks can give out. */
const usable = 0.9;

/** Bytes that a step needs of each GPU, in float32: an estimate on the high side. Undefined of a person's own model. */
export const memoryOfStep = (work: Work): number | undefined => {
  const { config, settings, source } = work;
  const options = source === null ? fullOptions(config.model) : undefined;
  if (options === undefined) return undefined;
  const seconds = Math.ceil(config.windows.batch / config.training.processes) * config.windows.seconds;
  const kept = keptOfSecond(options, channelsOf(work), settings.rate) * seconds;
  return peak * kept + bytesOfWeight * parametersOf(options, settings.rate) + besides;
};

type Fit = Pick<ForecastRow, 'memory' | 'fits'>;

const fitOn = ({ vramGiB }: HardwareRow, measured: Pace | undefined, needed: number | undefined): Fit => {
  if (measured !== undefined) return { ...(measured.memory !== undefined && { memory: measured.memory }), fits: true };
  if (needed === undefined) return {};
  return { memory: needed, ...(vramGiB !== null && { fits: needed <= usable * vramGiB * 2 ** 30 }) };
};

/** Windows that lay ready go as fast as they go; those of a training are read. */
const readingOf = (pace: Pace | undefined): Guess | undefined =>
  pace?.unread && pace.rate > mostRead ? { rate: mostRead, limit: 'reading' } : undefined;

/** Operations of a window; of a person's own model from its rate here, where there is one. */
const operations = (work: Work, cores: number, here: number | undefined): number =>
  work.source === null || here === undefined ? flopsOfWindow(work) : (coresOf(work, cores) * flopsOfCore) / here;

type Guess = Required<Pick<ForecastRow, 'rate'>> & Pick<ForecastRow, 'limit'>;

/** From a GPU's tensor speed (dense fp16 TFLOPS) to windows a second. */
type OfTflops = (tflops: number) => Guess;

const estimateFor = (work: Work, { rows, cores, paces }: ForecastOptions): OfTflops => {
  const known = rows.flatMap(({ id, tflops }) => {
    const rate = measuredOn(paces, id);
    return rate === undefined || !tflops ? [] : [{ rate, tflops }];
  });
  const flops = operations(work, cores, measuredOn(paces, null));
  const mostStarted = windowsOfStep(work.config) / leastStep;
  const bounded = (rate: number): Guess => {
    if (rate <= Math.min(mostRead, mostStarted)) return { rate };
    return mostRead < mostStarted ? { rate: mostRead, limit: 'reading' } : { rate: mostStarted, limit: 'steps' };
  };
  return tflops => {
    // The most like it.
    const [like] = known.toSorted((a, b) => Math.abs(Math.log(a.tflops / tflops)) - Math.abs(Math.log(b.tflops / tflops)));
    return bounded(like === undefined ? (tflops * 1e12 * shareOfPeak) / flops : (like.rate * tflops) / like.tflops);
  };
};

/** This machine first, then every GPU in the order of the price list. */
export const forecastTraining = (spec: TrainSpec, options: ForecastOptions): readonly ForecastRow[] => {
  const estimate = estimateFor(spec, options);
  const yardstick = estimate(yardstickTflops).rate;
  const work = spec.seeds.length * workOfSeed(spec);
  const needed = memoryOfStep(spec);
  const epoch = windowsOfEpoch(spec);
  const row = (hardware: HardwareRow | null, guessed: Guess | undefined): ForecastRow => {
    const pace = paceOn(options.paces, hardware?.id ?? null);
    const read = readingOf(pace);
    const measured = read === undefined ? pace?.rate : undefined;
    const guess = read ?? guessed;
    const rate = measured ?? guess?.rate;
    const fit = hardware === null ? {} : fitOn(hardware, pace, needed);
    if (rate === undefined) return { hardware, measured: false, ...fit };
    const seconds = work / rate;
    const perSecond = (hardware?.dollarsPerHour ?? 0) / 3600;
    return {
      hardware,
      rate,
      measured: measured !== undefined,
      seconds,
      dollars: seconds * perSecond,
      dollarsPerThousandSteps: ((1000 * windowsOfStep(spec.config)) / rate) * perSecond,
      ...(epoch !== undefined && { dollarsPerEpoch: (epoch / rate) * perSecond }),
      ...fit,
      speed: rate / yardstick,
      ...(measured === undefined && guess?.limit !== undefined && { limit: guess.limit }),
    };
  };
  return [
    row(null, { rate: usualRate(spec, options.cores) }),
    ...options.rows.filter(({ gpu }) => gpu !== null).map(one => row(one, one.tflops ? estimate(one.tflops) : undefined)),
  ];
};

/**
 * A container that stands on no row: as fast as the slowest of the GPUs that it may get, and as small as the smallest. Undefined of one without a GPU, and
 * where one of them stands on no row.
 */
const ownRow = ({ hardware: { id, label, dollarsPerHour } }: TrainSpec, rows: readonly HardwareRow[]): HardwareRow | undefined => {
  const gpus = parseGpus(parseContainer(id)?.gpu ?? '').map(({ billedAs }) => rows.find(({ gpu }) => gpu === billedAs));
  const [first] = gpus;
  if (first === undefined || gpus.includes(undefined)) return undefined;
  const least = (of: (row: HardwareRow) => number | null | undefined): number | null => {
    const values = gpus.map(row => (row === undefined ? null : (of(row) ?? null)));
    return values.includes(null) ? null : Math.min(...(values as readonly number[]));
  };
  return { ...first, id, label, dollarsPerHour, tflops: least(({ tflops }) => tflops), vramGiB: least(({ vramGiB }) => vramGiB) };
};

/** On the GPU that `spec.hardware` names: its row of the forecast. Undefined of a container without one, or of a GPU that nothing is known of. */
export const thereOf = (spec: TrainSpec, rows: readonly HardwareRow[], earlier: readonly RunState[], cores: number): There | undefined => {
  const own = rows.some(({ id }) => id === spec.hardware.id) ? undefined : ownRow(spec, rows);
  const all = own === undefined ? rows : [...rows, own];
  const forecast = forecastTraining(spec, { rows: all, cores, paces: pacesOf(spec, earlier) });
  const { seconds, dollars } = forecast.find(({ hardware }) => hardware?.id === spec.hardware.id) ?? {};
  return seconds === undefined || dollars === undefined ? undefined : { seconds, dollars, of: 'training alone' };
};
