/** Predictions without Python: EDF headers, and runs whose events are invented. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { RunState } from '../../src/runs/state.ts';
import type { Checkpoint } from '../../src/workloads/evaluate/checkpoint.ts';
import { type PredictChoices, planPredict } from '../../src/workloads/predict/plan.ts';
import { foldPredicted, nothingPredicted } from '../../src/workloads/predict/results.ts';
import type { PredictRun, PredictSpec, Recording } from '../../src/workloads/predict/spec.ts';
import type { WorkloadEvent } from '../../src/workloads/workload.ts';
import { cardOf } from './checkpoints.ts';
import { recordingsContext, stateOf } from './recordings.ts';

/** As much of an EDF file as a plan looks at: so many records of so many seconds, and its bytes behind them. */
export const writeEdf = (file: string, records = '600', seconds = '2', bytes = 1_000_000): string => {
  mkdirSync(path.dirname(file), { recursive: true });
  const head = Buffer.alloc(256, ' ');
  head.write('0');
  head.write(records, 236, 'latin1');
  head.write(seconds, 244, 'latin1');
  writeFileSync(file, Buffer.concat([head, Buffer.alloc(bytes - 256)]));
  return file;
};

export const checkpointOf = (card: Readonly<Record<string, unknown>> = {}): Checkpoint =>
  ({
    choice: { name: 'train-aaaaaa-seed-0', title: 'tiny (train-aaaaaa)', folder: '/runs/best', seed: 0, trainedOn: ['tusz'] },
    card: cardOf(card),
  }) as Checkpoint;

const recording = (name: string): Recording => ({
  name,
  file: `/eeg/${name}`,
  tsv: name.replace('.edf', '_events.tsv'),
  bytes: 40_000_000,
  seconds: 1200,
});

export const choices = (changes: Partial<PredictChoices> = {}): PredictChoices => ({
  kind: 'predict',
  datasets: [],
  target: 'modal',
  hardware: 'cpu-4',
  edfs: ['/eeg'],
  checkpoint: '/runs/best',
  ...changes,
});

export const predictSpec = async (
  changes: Partial<PredictChoices> = {},
  card: Readonly<Record<string, unknown>> = {},
  names: readonly string[] = ['night-1.edf', 'night-2.edf', 'pairs.edf'],
): Promise<PredictSpec> =>
  planPredict(choices(changes), {
    ...(await recordingsContext()),
    checkpoint: checkpointOf(card),
    recordings: names.map(recording),
    bytes: 500_000,
  });

/** In the order in which they were told. */
export const told: readonly object[] = [
  { recording: 'night-2.edf', tsv: 'night-2_events.tsv', seconds: 1200, events: [], told: ['Fz interpolated'] },
  { recording: 'pairs.edf', tsv: 'pairs_events.tsv', error: 'it was recorded as pairs of electrodes' },
  {
    recording: 'night-1.edf',
    tsv: 'night-1_events.tsv',
    seconds: 1200,
    events: [
      [41, 72],
      [550, 595],
    ],
    told: [],
  },
];

export const predictState = (spec: PredictSpec, fields: readonly object[] = told, changes: Partial<RunState> = {}): PredictRun => {
  const events = fields.map(one => ({ v: 1, seq: 1, container: 'w1', time: 1, type: 'predicted', ...one }) as WorkloadEvent);
  return stateOf('predict-aaaaaa', spec, events.reduce(foldPredicted, nothingPredicted), {
    status: 'ended',
    outcome: 'done',
    ...changes,
  } as object);
};
