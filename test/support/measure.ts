/** A measurement without Python: the events that it would tell, folded. All of it invented. */
import type { RunState } from '../../src/runs/state.ts';
import { type MeasureChoices, planMeasure } from '../../src/workloads/measure/plan.ts';
import { foldMeasured, nothingMeasured } from '../../src/workloads/measure/results.ts';
import type { MeasureRun, MeasureSpec } from '../../src/workloads/measure/spec.ts';
import type { TrainSpec } from '../../src/workloads/train/spec.ts';
import type { WorkloadEvent } from '../../src/workloads/workload.ts';
import { recordingsContext, stateOf } from './recordings.ts';
import { trainSpec } from './training.ts';

export const choices = (changes: Partial<MeasureChoices> = {}): MeasureChoices => ({
  kind: 'measure',
  datasets: [],
  target: 'modal',
  hardware: '',
  ...changes,
});

export const measureSpec = async (changes: Partial<MeasureChoices> = {}, training: TrainSpec = trainSpec()): Promise<MeasureSpec> =>
  planMeasure(choices(changes), await recordingsContext(), training);

export type Told = { readonly part: string; readonly type: string } & Readonly<Record<string, unknown>>;

/** What a part tells at its end. */
export const speed = (part: string, windows_per_s: number, device: string, memory_bytes: number | null = 3e9): Told => ({
  part,
  type: 'measured',
  windows_per_s,
  steps: 900,
  seconds: 60.1,
  memory_bytes,
  device,
});

const event = ({ part, ...fields }: Told): WorkloadEvent => ({ v: 1, seq: 1, container: part, time: 1, ...fields }) as WorkloadEvent;

export const measureState = (
  spec: MeasureSpec,
  told: readonly Told[],
  changes: Partial<RunState<MeasureSpec>> = {},
  run = 'measure-aaaaaa',
): MeasureRun =>
  stateOf(run, spec, told.map(event).reduce(foldMeasured, nothingMeasured), { status: 'ended', outcome: 'done', ...changes } as object);

/** As a part fails: the coordinator's word. */
export const noMachine = 'w3 (H100) failed: No machine was free: no machine with H100 for 10 min';

export const three = async (): Promise<MeasureRun> =>
  measureState(
    await measureSpec({ gpus: ['T4', 'L40S', 'H100'], budget: 1 }),
    [
      { part: 'w1', type: 'metric', seed: 0, step: 30, values: { windows_per_s: 190 } },
      speed('w1', 204.4, 'Tesla T4', null),
      speed('w2', 1404.2, 'NVIDIA L40S', 11.2 * 2 ** 30),
    ],
    { warnings: [noMachine] },
  );
