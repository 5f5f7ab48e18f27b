/** Checkpoint folders and scores of trained models, without Python. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { sha256Of } from '../../src/user-code/user-file.ts';
import type { DetectorScore } from '../../src/workloads/evaluate/results.ts';
import { usualSettings } from '../../src/workloads/prepare/config.ts';

const weights = Buffer.from('weights');

/** As a training writes it; what a plan does not look at is left out. */
export const cardOf = (changes: Readonly<Record<string, unknown>> = {}): object => ({
  v: 1,
  what: 'seizure checkpoint of ann-tui',
  seed: 0,
  step: 300,
  model: { name: 'tiny', options: {}, parameters: 49_089, sha256: null },
  settings: { ...usualSettings, rate: 128, high: 50 },
  seconds: 30,
  data: [{ name: 'synthetic-seizures', version: '1', split_hash: '0123456789abcdef', synthetic: true, people: { train: [], dev: [] } }],
  threshold: 0.62,
  metrics: { dev_auroc: 0.9 },
  files: { 'model.safetensors': sha256Of(weights) },
  ...changes,
});

export const writeCheckpoint = (folder: string, changes: Readonly<Record<string, unknown>> = {}): string => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'model.safetensors'), weights);
  writeFileSync(path.join(folder, 'card.json'), JSON.stringify(cardOf(changes)));
  return folder;
};

/** What an evaluation says of a trained model beside the baselines of `evaluation()`. */
export const trainedScore = (seed: number, auroc: number, changes: Partial<DetectorScore> = {}): DetectorScore => ({
  dataset: 'synthetic-seizures',
  detector: `train-aaaaaa-seed-${seed}`,
  title: `tiny, seed ${seed} (train-aaaaaa)`,
  best: false,
  seed,
  auroc,
  auroc_interval: [auroc - 0.04, auroc + 0.03],
  dev_auroc: auroc + 0.01,
  threshold: 0.62,
  threshold_from: 'checkpoint',
  f1: 0.78,
  sensitivity_at: [],
  kinds: [
    { kind: 'sz-foc', seizures: 12, found: 10, auroc: 0.871 },
    { kind: 'sz-gen', seizures: 9, found: 9, auroc: 0.942 },
  ],
  against: 'power-2-8',
  gain: auroc - 0.784,
  gain_interval: [auroc - 0.824, auroc - 0.744],
  ...changes,
});
