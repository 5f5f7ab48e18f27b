/** Trainings at the stand-in that take a known time whatever the machine: a model of a person's own waits in each step. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { StandIn } from '../support/stand-in.ts';
import { until } from '../support/until.ts';
import type { Home } from './program.ts';

/** `stepSeconds`: what each step waits, which changes nothing of the weights. */
export const waitingModel = (stepSeconds: number): string => `
import time
from dataclasses import dataclass

import torch
from torch import nn


@dataclass(frozen=True)
class Options:
    width: int = 4


class Model(nn.Module):
    def __init__(self, channels, rate, options):
        super().__init__()
        self.logits_hz, self.rate = 1, rate
        self.mix = nn.Sequential(nn.Linear(channels, options.width), nn.Dropout(0.2), nn.Linear(options.width, 1))

    def forward(self, signal):
        if self.training:
            time.sleep(${stepSeconds})
        power = signal.unflatten(2, (-1, self.rate)).square().mean(dim=3)
        return self.mix(torch.log1p(power).transpose(1, 2)).squeeze(2)
`;

const config = (steps: number): string => `datasets: [few]
model: { name: ./patient.py }
windows: { seconds: 10, batch: 4 }
training:
  steps: ${steps}
  warmup_steps: 2
  evaluate_every: 1000
  checkpoint_every: 10
  keep_last: 2
evaluation: { draws: 100 }
`;

/** The words of a training of so many steps, to be followed by others. */
export const trainingOf = (home: Home, steps: number, gpu = 'T4', stepSeconds = 0.15): readonly string[] => {
  home.write('patient.py', waitingModel(stepSeconds));
  home.write('patient.yaml', config(steps));
  return ['train', '--config', path.join(home.folder, 'patient.yaml'), '--target', 'modal', '--gpu', gpu];
};

export type JournalLine = {
  readonly kind: string;
  readonly event?: Readonly<Record<string, unknown>>;
  readonly by?: { readonly pid: number };
};

export const journalOf = (home: Home, run: string): readonly JournalLine[] =>
  home
    .runFile(run, 'journal.ndjson')
    .split('\n')
    .filter(line => line.endsWith('}'))
    .map(line => JSON.parse(line));

export const eventsOf = (home: Home, run: string, type: string): readonly Readonly<Record<string, unknown>>[] =>
  journalOf(home, run).flatMap(({ event }) => (event?.type === type ? [event] : []));

/** Waits until a checkpoint of that step or a later one was told. */
export const checkpointed = async (home: Home, run: string, step: number): Promise<void> => {
  await until(`a checkpoint at ${step}`, () => eventsOf(home, run, 'checkpoint').some(event => Number(event.step) >= step));
};

export const killSupervisor = (home: Home, run: string): void => {
  const pid = journalOf(home, run).findLast(({ kind }) => kind === 'supervised')?.by?.pid;
  if (pid === undefined) throw new Error(`${run} has no supervisor`);
  process.kill(pid, 'SIGKILL');
};

export type Container = {
  readonly container: string;
  readonly app: string;
  readonly function: string;
  readonly finished: number | null;
  readonly inputs: readonly string[];
  readonly gpu: string;
};

export const containersOf = async (standIn: StandIn): Promise<readonly Container[]> =>
  (await standIn.admin('containers')) as readonly Container[];

/** The one that trains now. */
export const worker = async (standIn: StandIn): Promise<Container> =>
  await until('a container that trains', async () =>
    (await containersOf(standIn)).find(one => one.function.startsWith('work') && !one.finished && one.inputs.length > 0),
  );

/** SHA-256 of what the last step's checkpoint and the best one are made of: equal bytes are equal weights. */
export const weightsOf = (home: Home, run: string, steps: number): Readonly<Record<string, string>> => {
  const files = [
    `step-${String(steps).padStart(6, '0')}/model.safetensors`,
    `step-${String(steps).padStart(6, '0')}/state.safetensors`,
    'best/model.safetensors',
  ];
  const seed = path.join(home.folder, 'data/runs', run, 'job/checkpoints/seed-0');
  return Object.fromEntries(
    files.map(file => [
      file,
      createHash('sha256')
        .update(readFileSync(path.join(seed, file)))
        .digest('hex'),
    ]),
  );
};
