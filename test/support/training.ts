/** A plausible training without Python: the events that it would tell, folded. All of it invented, the same each time. */

import type { Moment } from '../../src/metering/plane-clock.ts';
import { runFiles } from '../../src/runs/files.ts';
import { createRun } from '../../src/runs/store.ts';
import type { PairedRuns } from '../../src/workloads/evaluate/paired.ts';
import { type EvaluateResults, noScores } from '../../src/workloads/evaluate/results.ts';
import { usualConfig } from '../../src/workloads/train/config/fields.ts';
import type { TrainConfig } from '../../src/workloads/train/config-shape.ts';
import { foldTraining, nothingTrained, type TrainResults } from '../../src/workloads/train/results.ts';
import type { TrainRun, TrainSpec } from '../../src/workloads/train/spec.ts';
import type { WorkloadEvent } from '../../src/workloads/workload.ts';
import { evaluation, seeded } from './evaluation.ts';
import { scoreEvents, writeJob, writeJournal } from './evaluation-run.ts';
import { localSpec } from './spec.ts';

export const begun = Date.UTC(2026, 10, 22, 9, 0, 0);

export type TrainingOptions = {
  readonly seeds?: readonly number[];
  /** Of each seed; the trainings before the last one are whole. @default all */
  readonly step?: number;
  readonly training?: Partial<TrainConfig['training']>;
  /** It has been judged too. @default it is not */
  readonly judged?: boolean;
  /** Told with each look at dev, by names that nobody knows. */
  readonly others?: Readonly<Record<string, number>>;
};

export const trainSpec = ({ seeds = [0], training = {} }: TrainingOptions = {}): TrainSpec => {
  const { v, target, hardware, budget, timeout } = localSpec();
  const dataset = 'synthetic-seizures';
  const split = (name: 'train' | 'dev' | 'test', patients: number, seconds: number) => ({
    split: name,
    patients,
    recordings: patients,
    hours: (patients * seconds) / 3600,
    seizures: Math.round(patients * 0.8),
  });
  return {
    v,
    kind: 'train',
    target,
    datasets: [{ name: dataset, url: null }],
    hardware,
    budget,
    timeout,
    preset: 'laptop',
    config: { ...usualConfig, training: { ...usualConfig.training, ...training } },
    settings: { montage: 'referential', rate: 128, low: 0.5, high: 40, notch: null, filter: 'zero-phase', clip: 10 },
    data: [
      {
        dataset,
        synthetic: true,
        split_hash: '5f1c0d9be2a7',
        splits: [split('train', 100, 150), split('dev', 20, 360), split('test', 60, 360)],
      },
    ],
    seeds,
    source: null,
  };
};

type Told = { readonly type: string } & Readonly<Record<string, unknown>>;

/** Loss falls, dev AUROC rises to 0.87 and bends; a seed begins where its own dice fall. */
const told = (spec: TrainSpec, { step: last, others = {} }: TrainingOptions): readonly Told[] => {
  const { steps, evaluate_every, checkpoint_every, learning_rate, warmup_steps } = spec.config.training;
  const events: Told[] = [];
  let time = begun / 1000 + 40;
  for (const [at, seed] of spec.seeds.entries()) {
    const random = seeded(seed + 11);
    const until = at === spec.seeds.length - 1 ? (last ?? steps) : steps;
    const shift = (random() - 0.5) / 20;
    let [best, bestStep, without] = [0, 0, 0];
    events.push({
      type: 'model',
      time,
      seed,
      name: 'tiny',
      parameters: 39_412,
      logits_hz: 4,
      device: 'cpu',
      precision: 'float32',
      threads: 2,
      steps,
    });
    for (let step = 1; step <= until; step++) {
      time += 0.5;
      const cosine = 0.02 + 0.49 * (1 + Math.cos((Math.PI * (step - warmup_steps)) / Math.max(1, steps - warmup_steps)));
      const values: Record<string, number> = {
        loss: 0.12 + 0.55 * Math.exp((-4 * step) / steps) + 0.09 * (random() - 0.5),
        learning_rate: learning_rate * (step < warmup_steps ? step / warmup_steps : cosine),
        gradient_norm: 0.4 + random() + 3 * Math.exp((-20 * step) / steps),
        windows_per_s: 61 + 4 * random(),
        data_share: 0.015 + random() / 100,
        memory_bytes: 412e6,
      };
      const isLook = step % evaluate_every === 0 || step === steps;
      if (isLook) {
        const auroc = 0.87 + shift - 0.34 * Math.exp((-4.5 * step) / steps) - 0.03 * random();
        without = auroc > best ? 0 : without + 1;
        if (auroc > best) [best, bestStep] = [auroc, step];
        Object.assign(values, { dev_auroc: auroc, dev_loss: values.loss, looks_without_gain: without, ...others });
      }
      events.push({ type: 'metric', time, seed, step, values });
      if (isLook || step % checkpoint_every === 0) {
        const file = `checkpoints/seed-${seed}/step-${String(step).padStart(6, '0')}`;
        events.push({ type: 'checkpoint', time, seed, step, file, best: step === bestStep, bytes: 642_113 });
      }
    }
    if (until === steps)
      events.push({
        type: 'trained',
        time,
        seed,
        step: steps,
        best_step: bestStep,
        early: false,
        seconds: 151 + at,
        file: `checkpoints/seed-${seed}/best`,
      });
  }
  return events;
};

/** What was trained beside the baselines, and by how much it is better than the best of them. */
const scored = (seeds: readonly number[]): EvaluateResults => {
  const { judged, detectors, patients, traces } = evaluation({ patients: 60 });
  const model = detectors.find(({ detector }) => detector === 'power-2-8');
  if (model === undefined) throw new Error('An evaluation has that baseline');
  const trained = seeds.map((seed, n) => ({
    ...model,
    detector: `seed-${seed}`,
    title: seeds.length > 1 ? `tiny, seed ${seed}` : 'tiny',
    best: n === 0,
    auroc: 0.912 - 0.011 * n,
    auroc_interval: [0.871 - 0.011 * n, 0.944 - 0.011 * n],
    f1: 0.78 - 0.02 * n,
    f1_interval: [0.69, 0.85],
    sensitivity: 0.86,
    precision: 0.71,
    fa_per_day: 6.2 + n,
    sensitivity_at: [10, 5, 2.5, 1].map((fa_per_day, at) => ({ fa_per_day, sensitivity: [0.91, 0.84, 0.71, 0.52][at] ?? 0 })),
    seed,
    checkpoint: `checkpoints/seed-${seed}/best`,
    dev_auroc: 0.87 - 0.01 * n,
    threshold_from: 'checkpoint',
    against: 'power-2-8',
    gain: 0.128 - 0.011 * n,
    gain_interval: [0.074 - 0.011 * n, 0.171 - 0.011 * n],
    kinds: [
      { kind: 'sz-foc', seizures: 31, found: 27, auroc: 0.921 },
      { kind: 'sz-gen', seizures: 16, found: 13, auroc: 0.886 },
    ],
  }));
  const of = <T extends { readonly detector: string }>(all: readonly T[], seed: number): readonly T[] =>
    all.filter(({ detector }) => detector === 'power-2-8').map(one => ({ ...one, detector: `seed-${seed}` }));
  return {
    judged,
    detectors: [...trained, ...detectors.map(one => ({ ...one, best: false }))],
    patients: [...seeds.flatMap(seed => of(patients, seed)), ...patients],
    // Of the best detector alone.
    traces: of(traces, seeds[0] ?? 0),
  };
};

/** The events of it, as a job tells them. */
export const trainEvents = (options: TrainingOptions = {}): readonly (readonly [string, object])[] => {
  const spec = trainSpec(options);
  return [
    ...told(spec, options).map(({ type, ...fields }) => [type, fields] as const),
    ...(options.judged === true ? scoreEvents(scored(spec.seeds)) : []),
  ];
};

/** A run that is over, with its journal in the home of the test. */
export const writeTrainRun = (options: TrainingOptions = {}, preset = 'laptop'): string => {
  const spec: TrainSpec = { ...trainSpec(options), preset };
  const run = createRun(spec);
  writeJournal(runFiles(run), trainEvents(options));
  writeJob(runFiles(run).job, options.judged === true ? scored(spec.seeds) : noScores);
  return run;
};

export const trained = (options: TrainingOptions = {}): TrainResults => {
  const spec = trainSpec(options);
  const folded = told(spec, options).reduce<TrainResults>(
    (results, event) => foldTraining(results, { v: 1, seq: 1, container: 'main', ...event } as unknown as WorkloadEvent),
    nothingTrained,
  );
  return options.judged === true ? { ...folded, evaluation: scored(spec.seeds) } : folded;
};

export const trainState = (run: string, options: TrainingOptions & { readonly live?: boolean; readonly at?: number } = {}): TrainRun => {
  const { live = false, at = begun } = options;
  return {
    run,
    spec: trainSpec(options),
    status: live ? 'running' : 'ended',
    attempt: 1,
    createdAt: at,
    launchedAt: at + 100,
    ranBefore: 0,
    phases: [
      { name: 'data', startedAt: at + 200, seconds: 21 },
      { name: 'inventory', startedAt: at + 21_200, seconds: 1.2 },
      { name: 'prepare', startedAt: at + 22_400, seconds: 17 },
      live ? { name: 'train', startedAt: at + 39_400 } : { name: 'train', startedAt: at + 39_400, seconds: 154 },
    ],
    results: trained(options),
    warnings: [],
    lastSeq: {},
    missingEvents: 0,
    badEvents: 0,
    ...(!live && { endedAt: at + 231_000, outcome: 'done', exitCode: 0 }),
  };
};

/** Dollars an hour of `paidState`. */
export const paidRates = { worker: 3.95, coordinator: 0.05 } as const;

/** The same at Modal, on a container that started 20 s before its first step, with a coordinator that came 10 s earlier still. */
export const paidState = (run: string, options: TrainingOptions & { readonly live?: boolean } = {}): TrainRun => {
  const { spec, ...state } = trainState(run, options);
  const at = (seconds: number): number => begun + seconds * 1000;
  const ended = options.live === true ? {} : { finishedAt: at(231) };
  return {
    ...state,
    spec: {
      ...spec,
      target: 'modal',
      budget: 20,
      hardware: { id: 'h100', label: 'H100', dollarsPerHour: paidRates.worker, pricesDate: '2026-10-30' },
      cloud: {
        profile: null,
        environment: null,
        container: { cores: 8, memoryGiB: 32, gpu: 'H100', region: null, nonpreemptible: false },
        containers: 1,
        coordinator: { cores: 0.5, memoryGiB: 1, dollarsPerHour: paidRates.coordinator },
        volumes: { datasets: 'ann-datasets', results: 'ann-results' },
        control: 'ann-tui-control',
        startupTimeout: 900,
      },
    },
    planeClock: { plane: at(231), uptime: 7000, boot: 'a' },
    containers: [
      { task: 'ta-0', attempt: 1, role: 'coordinator', name: 'main', queuedAt: at(0), assignedAt: at(10), startedAt: at(10), ...ended },
      { task: 'ta-1', attempt: 1, role: 'worker', name: 'w1', queuedAt: at(10), assignedAt: at(20), startedAt: at(20), ...ended },
    ],
  };
};

/** When nothing of `paidState` is to be guessed: `seconds` after it was begun, not before the last word of the control plane at 231. */
export const paidMoment = (seconds: number): Moment => ({ wall: begun + seconds * 1000, uptime: 7000 + (seconds - 231) * 1000, boot: 'a' });

/** What Python says of two trainings of it. */
export const pairedRuns = (): PairedRuns => {
  const side = (title: string, auroc: number) => ({
    titles: [title],
    figures: { auroc, f1: 0.7, sensitivity: 0.86, precision: 0.6, fa_per_day: 6.2 },
  });
  const of = (difference: number, low: number, high: number) => ({ difference, interval: { low, high } });
  return {
    dataset: 'synthetic-seizures',
    synthetic: true,
    patients: 60,
    recordings: 60,
    one: side('tiny', 0.912),
    other: side('mine', 0.94),
    differences: {
      auroc: of(0.028, 0.006, 0.051),
      f1: of(0.01, -0.03, 0.05),
      sensitivity: { difference: null, interval: null },
      precision: of(-0.02, -0.06, 0.02),
      fa_per_day: of(2.1, 0.4, 4),
    },
  };
};
