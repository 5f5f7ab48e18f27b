/** Runs as the fold yields them. */

import type { ProgressEvent } from '../../../src/events/event.ts';
import type { ContainerState } from '../../../src/runs/state.ts';
import type { Point } from '../../../src/workloads/bench/events.ts';
import type { BenchRun } from '../../../src/workloads/bench/run.ts';
import type { BenchSpec } from '../../../src/workloads/bench/spec.ts';
import { localSpec } from '../../support/spec.ts';

export const start = Date.UTC(2026, 10, 22, 9, 0, 0);

export const spec = localSpec({
  implementations: [
    { name: 'naive', build: {}, search: [{}] },
    { name: 'hnsw', build: { M: 16, efConstruction: 200 }, search: [10, 20, 40, 80, 120, 200, 400, 800].map(efSearch => ({ efSearch })) },
  ],
  hardware: { id: 'cpu-32', label: '32 cores · 32 GiB', dollarsPerHour: 1.7654, pricesDate: '2026-10-30' },
});

export type CloudOptions = { readonly containers?: number; readonly budget?: number | null };

/** The same on Modal. */
export const cloudSpec = ({ containers = 1, budget = null }: CloudOptions = {}): BenchSpec => ({
  ...spec,
  target: 'modal',
  budget,
  cloud: {
    profile: null,
    environment: null,
    container: { cores: 32, memoryGiB: 32, gpu: null, region: null, nonpreemptible: false },
    containers,
    coordinator: { cores: 0.5, memoryGiB: 1, dollarsPerHour: 0.0317 },
    volumes: { datasets: 'ann-datasets', results: 'ann-results' },
    control: 'ann-tui-control',
    startupTimeout: 900,
  },
});

const point = (impl: string, params: Point['params'], recall: number, qps: number): Point => ({
  dataset: 'quick',
  impl,
  params,
  k: 10,
  threads: 1,
  recall,
  recall_tolerant: recall,
  qps,
  qps_median: qps * 0.97,
  latency_ms: { mean: 1000 / qps, p50: 950 / qps, p95: 1600 / qps, p99: 2100 / qps, max: 5000 / qps },
  build_seconds: impl === 'naive' ? 0.01 : 1.84,
  index_bytes: impl === 'naive' ? 5_120_000 : 8_123_456,
  rss_bytes: 91_234_567,
});

const curve: readonly (readonly [number, number, number])[] = [
  [10, 0.8123, 48_210],
  [20, 0.9044, 33_870],
  [40, 0.9587, 21_430],
  [80, 0.9861, 12_650],
  [120, 0.9932, 9_120],
  [200, 0.9974, 6_040],
  [400, 0.9994, 3_310],
  [800, 1, 1_770],
];

export const points: readonly Point[] = [
  point('naive', {}, 1, 1_042),
  ...curve.map(([efSearch, recall, qps]) => point('hnsw', { M: 16, efConstruction: 200, efSearch }, recall, qps)),
];

export const created = (run: string): BenchRun => ({
  run,
  spec,
  status: 'created',
  attempt: 1,
  createdAt: start,
  ranBefore: 0,
  phases: [],
  results: { points: [] },
  warnings: [],
  lastSeq: {},
  missingEvents: 0,
  badEvents: 0,
});

/** At work, with `done` points. */
export const running = (run: string, done: number, at = start): BenchRun => ({
  ...created(run),
  status: 'running',
  createdAt: at,
  launchedAt: at + 100,
  phases: [
    { name: 'data', startedAt: at + 200, seconds: 0.3 },
    { name: 'truth', startedAt: at + 500, seconds: 0.8 },
    { name: 'build', label: 'hnsw', startedAt: at + 1300, seconds: 1.84 },
    { name: 'sweep', startedAt: at + 3200 },
  ],
  results: { points: points.slice(0, done) },
});

export const finished = (run: string, at = start): BenchRun => ({
  ...running(run, points.length, at),
  status: 'ended',
  phases: running(run, 9, at).phases.map(phase => ({ ...phase, seconds: phase.seconds ?? 6.2 })),
  endedAt: at + 14_100,
  outcome: 'done',
  exitCode: 0,
});

export const failed = (run: string, at = start): BenchRun => ({
  ...running(run, 3, at),
  status: 'ended',
  endedAt: at + 8_000,
  outcome: 'failed',
  exitCode: 1,
  failure: {
    what: 'The implementation hnsw crashed',
    why: 'signal 11 (segmentation fault) while building with M=16',
    kept: '3 points of 9',
    hint: `ann-tui logs ${run}`,
  },
});

/** On Modal, over before it was done: half an hour of one worker was billed. */
export const stoppedOnModal = (run: string, budget: number | null, at = start): BenchRun => ({
  ...failed(run, at),
  spec: cloudSpec({ budget }),
  containers: [{ task: 'ta-1', attempt: 1, role: 'worker', queuedAt: at, assignedAt: at, startedAt: at, finishedAt: at + 1_800_000 }],
});

export const appId = 'ap-0123456789abcdefghijkl';

const hnsw = (M: number, efSearches: readonly number[]) => ({
  name: 'hnsw',
  build: { M, efConstruction: 200 },
  search: efSearches.map(efSearch => ({ efSearch })),
});

/** Four parts. */
const fourParts = [{ name: 'naive', build: {}, search: [{}] }, hnsw(16, [10, 20, 40, 80]), hnsw(24, [120, 200]), hnsw(32, [400, 800])];

const onModal = (run: string, at: number, containers: number): BenchRun => ({
  ...created(run),
  spec: { ...cloudSpec({ containers, budget: 2 }), implementations: fourParts },
  status: 'running',
  createdAt: at,
  launchedAt: at + 100,
  handle: { app: appId, call: 'fc-0123456789abcdefghijkl', run },
});

/** Its image is being built. */
export const building = (run: string, at = start): BenchRun => {
  const { handle, ...rest } = onModal(run, at, 4);
  return { ...rest, status: 'launching', phases: [{ name: 'image', startedAt: at + 3000 }] };
};

const progress = (container: string, at: number, done: number, eta: number): ProgressEvent => ({
  v: 1,
  seq: 9,
  container,
  time: at / 1000,
  type: 'progress',
  phase: 'sweep',
  label: 'hnsw M=16',
  done,
  total: 8,
  unit: 'points',
  eta_seconds: eta,
  job_eta_seconds: eta,
});

/** Four containers and their coordinator: two measure, one waits in the queue, one is done. */
export const onFour = (run: string, done: number, at = start): BenchRun => {
  const containers: readonly ContainerState[] = [
    {
      task: 'ta-000000000000000000main',
      attempt: 1,
      role: 'coordinator',
      name: 'main',
      queuedAt: at + 52_000,
      assignedAt: at + 52_000,
      startedAt: at + 53_000,
    },
    {
      task: 'ta-0000000000000000000w1a',
      attempt: 1,
      role: 'worker',
      name: 'w1',
      assignedAt: at + 59_000,
      startedAt: at + 60_000,
      finishedAt: at + 70_000,
    },
    {
      task: 'ta-0000000000000000000w1b',
      attempt: 1,
      role: 'worker',
      name: 'w1',
      queuedAt: at + 71_000,
      assignedAt: at + 79_000,
      startedAt: at + 80_000,
    },
    {
      task: 'ta-00000000000000000000w2',
      attempt: 1,
      role: 'worker',
      name: 'w2',
      queuedAt: at + 55_000,
      assignedAt: at + 63_000,
      startedAt: at + 64_000,
    },
    {
      task: 'ta-00000000000000000000w3',
      attempt: 1,
      role: 'worker',
      name: 'w3',
      assignedAt: at + 60_000,
      startedAt: at + 61_000,
      finishedAt: at + 95_000,
    },
    { task: 'ta-00000000000000000000w4', attempt: 1, queuedAt: at + 56_000 },
  ];
  return {
    ...onModal(run, at, 4),
    phases: [
      { name: 'image', startedAt: at + 3000, seconds: 48 },
      { name: 'queue', startedAt: at + 52_000, seconds: 1 },
      { name: 'start', startedAt: at + 53_000, seconds: 9 },
      { name: 'build', label: 'hnsw M=16', startedAt: at + 64_000, seconds: 8.2 },
      { name: 'build', label: 'hnsw M=24', startedAt: at + 66_000, seconds: 12.4 },
      { name: 'sweep', label: 'hnsw M=16', startedAt: at + 73_000 },
      { name: 'sweep', label: 'hnsw M=24', startedAt: at + 79_000 },
    ],
    results: { points: points.slice(0, done) },
    containers,
    planeClock: { plane: at + 100_000, uptime: at + 100_000, boot: '-' },
    progress: progress('w2', at + 100_000, 5, 40),
    progressOf: { w1: progress('w1', at + 100_000, 2, 90), w2: progress('w2', at + 100_000, 5, 40) },
  };
};
