import type { BenchSpec } from '../../src/workloads/bench/spec.ts';

/** A small benchmark on this machine. */
export const localSpec = (changes: Partial<BenchSpec> = {}): BenchSpec => ({
  v: 1,
  kind: 'bench',
  target: 'local',
  datasets: [{ name: 'quick', url: null }],
  implementations: [{ name: 'naive', build: {}, search: [{}] }],
  k: 10,
  threads: 1,
  subset: null,
  repeats: 3,
  seed: 1,
  hardware: { id: 'cpu-32', label: '32 cores · 32 GiB', dollarsPerHour: 1.7696, pricesDate: '2026-09-29' },
  budget: null,
  timeout: null,
  ...changes,
});
