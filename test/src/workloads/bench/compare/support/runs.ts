import type { Point } from '../../../../../../src/workloads/bench/events.ts';
import type { BenchRun } from '../../../../../../src/workloads/bench/run.ts';
import { localSpec } from '../../../../../support/spec.ts';

export const spec = localSpec({
  implementations: [
    { name: 'naive', build: {}, search: [{}] },
    { name: 'hnsw', build: { M: 16 }, search: [{ ef: 10 }, { ef: 20 }, { ef: 40 }] },
  ],
  hardware: { id: 'cpu-32', label: '32 cores · 32 GiB', dollarsPerHour: 1.8, pricesDate: '2026-09-29' },
});

/** With fields that only newer cores write, such as `qps_all`. */
export type Extra = Partial<Point> & {
  readonly qps_all?: readonly number[];
  readonly dataset_sha?: string;
  readonly source_sha?: string;
  readonly spread?: number;
  readonly cpu?: string;
  readonly isa?: string;
  readonly dist_comps?: number;
  readonly others_busy_cores?: number;
};

export const point = (impl: string, params: Point['params'], recall: number, qps: number, extra: Extra = {}): Point => ({
  dataset: 'quick',
  impl,
  params,
  k: 10,
  threads: 1,
  recall,
  recall_tolerant: recall,
  qps,
  qps_median: qps,
  latency_ms: { mean: 1000 / qps, p50: 900 / qps, p95: 2000 / qps, p99: 3000 / qps, max: 9000 / qps },
  build_seconds: impl === 'naive' ? 0.1 : 5,
  index_bytes: impl === 'naive' ? 16_000_000 : 24_000_000,
  rss_bytes: 1,
  ...extra,
});

const curve = [
  [10, 0.8, 40_000],
  [20, 0.92, 30_000],
  [40, 0.98, 20_000],
] as const;

/** hnsw at three settings, `times` as fast as the first machine, and naive. */
export const pointsOf = (times = 1, extra: Extra = {}): readonly Point[] => [
  point('naive', {}, 1, 1000 * times, extra),
  ...curve.map(([ef, recall, qps]) => point('hnsw', { M: 16, ef }, recall, qps * times, extra)),
];

export const run = (name: string, points: readonly Point[] = pointsOf(), changes: Partial<BenchRun> = {}): BenchRun => ({
  run: name,
  spec,
  status: 'ended',
  outcome: 'done',
  exitCode: 0,
  attempt: 1,
  createdAt: 1_000_000,
  launchedAt: 1_000_100,
  endedAt: 1_009_000,
  ranBefore: 0,
  machine: { cpu: 'AMD EPYC', cores: 8, isa: 'avx512' },
  phases: [],
  results: { points },
  warnings: [],
  lastSeq: {},
  missingEvents: 0,
  badEvents: 0,
  ...changes,
});
