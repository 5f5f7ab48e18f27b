/** Runs as the fold yields them. */
import type { Point } from '../../../src/events/event.ts';
import type { BenchSpec } from '../../../src/runs/spec.ts';
import type { RunState } from '../../../src/runs/state.ts';

export const start = Date.UTC(2026, 10, 22, 9, 0, 0);

export const spec: BenchSpec = {
  v: 1,
  kind: 'bench',
  target: 'local',
  datasets: [{ name: 'quick', url: null }],
  implementations: [
    { name: 'naive', build: {}, search: [{}] },
    { name: 'hnsw', build: { M: 16, efConstruction: 200 }, search: [10, 20, 40, 80, 120, 200, 400, 800].map(efSearch => ({ efSearch })) },
  ],
  k: 10,
  threads: 1,
  subset: null,
  repeats: 3,
  seed: 1,
  hardware: { id: 'cpu-32', label: '32 cores · 32 GiB', dollarsPerHour: 1.7654, pricesDate: '2026-10-30' },
  budget: null,
  timeout: null,
};

const point = (impl: string, params: Point['params'], recall: number, qps: number): Point => ({
  dataset: 'quick',
  impl,
  params,
  k: 10,
  threads: 1,
  recall,
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

export const created = (run: string): RunState => ({
  run,
  spec,
  status: 'created',
  attempt: 1,
  createdAt: start,
  ranBefore: 0,
  phases: [],
  points: [],
  warnings: [],
  lastSeq: {},
  missingEvents: 0,
  badEvents: 0,
});

/** At work, with `done` points. */
export const running = (run: string, done: number, at = start): RunState => ({
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
  points: points.slice(0, done),
});

export const finished = (run: string, at = start): RunState => ({
  ...running(run, points.length, at),
  status: 'ended',
  phases: running(run, 9, at).phases.map(phase => ({ ...phase, seconds: phase.seconds ?? 6.2 })),
  endedAt: at + 14_100,
  outcome: 'done',
  exitCode: 0,
});

export const failed = (run: string, at = start): RunState => ({
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
