/** How fast trainings went: what says of another one how long it takes. Pure. */
import type { RunState } from '../../runs/state.ts';
import { median } from '../../util/numbers.ts';
import { speedsOf } from '../measure/gist.ts';
import { isMeasureRun, type MeasureRun } from '../measure/spec.ts';
import { gistOf } from './best.ts';
import type { Work } from './cost.ts';
import { isTrainRun, type TrainRun, type TrainSpec } from './spec.ts';

/** Windows a second, forward and backward, over all steps of a run. */
export type Pace = {
  readonly run: string;
  /** The row of the price list that it ran on; null: this machine. */
  readonly hardware: string | null;
  readonly rate: number;
  /** Bytes that it held of the GPU's memory; of this machine its own. Absent where it was not told. */
  readonly memory?: number;
  /** Its windows lay ready in memory: one whose windows are read may be slower. */
  readonly unread?: true;
};

/** What decides how fast it goes, beside the machine: runs with equal text of it may be compared. How long they go on does not matter. */
const kindOfWork = ({ config, settings, source }: Work): string => {
  const { model, windows, training } = config;
  const { precision, compile, kernels = 'torch', device, processes, threads, accumulate } = training;
  return JSON.stringify([
    model.name,
    source?.sha256 ?? null,
    Object.entries(model.options).toSorted(([a], [b]) => (a < b ? -1 : 1)),
    [windows.seconds, windows.batch, accumulate],
    [settings.montage, settings.rate],
    [precision, compile, kernels, device, processes, threads],
  ]);
};

/** Of each GPU that was measured by itself. */
const measuredPaces = (run: MeasureRun): readonly Pace[] =>
  speedsOf(run).map(({ machine, rate, memory }) => ({
    run: run.run,
    hardware: machine.hardware,
    rate,
    ...(memory !== undefined && { memory }),
    unread: true,
  }));

/**
 * Of earlier runs of such work that are over: trainings, the newest first, and behind them measurements, likewise, for a training has told all that
 * holds one up. One that still goes on shares the machine with whoever asks.
 */
export const pacesOf = (work: Work, earlier: readonly RunState[]): readonly Pace[] => {
  const kind = kindOfWork(work);
  const over = earlier.filter(({ status }) => status === 'ended').toSorted((a, b) => b.createdAt - a.createdAt);
  const trainings = over.filter(isTrainRun).filter(({ spec }) => kindOfWork(spec) === kind);
  const measurements = over.filter(isMeasureRun).filter(({ spec }) => kindOfWork(spec) === kind);
  return [...trainings.flatMap(run => paceOf(run) ?? []), ...measurements.flatMap(measuredPaces)];
};

/** Undefined before it has told any. */
export const paceOf = (run: Pick<TrainRun, 'run' | 'spec' | 'results'>): Pace | undefined => {
  const { rate, memory } = gistOf(run);
  if (rate === undefined) return undefined;
  return {
    run: run.run,
    hardware: run.spec.target === 'local' ? null : run.spec.hardware.id,
    rate,
    ...(memory !== undefined && { memory }),
  };
};

/** Of this machine: the median of the newest runs; a busy hour does not count for all times. */
export const paceHere = (
  spec: TrainSpec,
  earlier: readonly RunState[],
): { readonly rate: number; readonly runs: readonly string[] } | undefined => {
  const here = pacesOf(spec, earlier)
    .filter(({ hardware }) => hardware === null)
    .slice(0, 5);
  return here.length === 0 ? undefined : { rate: median(here.map(({ rate }) => rate)), runs: here.map(({ run }) => run) };
};
