/** Exact search, and the graph on codes, against what one core of this machine can do (ann_limit.py, docs/limits.md). */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { packageRoot, paths } from '../../src/util/paths.ts';
import { harness } from './harness.ts';
import { report } from './report.ts';

const dataset = 'fashion-mnist-784-euclidean';
const debian = '/usr/share/datasets/fashion-mnist';
const home = path.join(packageRoot, '.dev/home');

const python = await harness();
const datasets = paths({ ANN_TUI_HOME: home }).datasets;
await execa(
  process.execPath,
  [path.join(packageRoot, 'dist/ann-tui.js'), 'sync', dataset, ...(existsSync(debian) ? ['--from', debian] : [])],
  { env: { ANN_TUI_HOME: home }, stdio: ['ignore', 'ignore', 'inherit'] },
);

type Walk = { effort: number; recall: number; qps: number; query_bytes: number; share: number };
type Threads = { bar: number; effort: number; cores: number } & (
  | { verdict: 'one core' }
  | { verdict: 'ok' | 'short' | 'busy'; ratio: number; ratios: readonly number[]; others_busy_cores: number | null }
);
type Outcome = {
  isa: string;
  byte_peak: number;
  batch: { products: number; qps: number; share: number };
  single: { bandwidth: number; limit: number; qps: number; share: number };
  bandwidth: readonly { mib: number; stream: number; random: Readonly<Record<string, number>> }[];
  graph: { index_bytes: number; random: number; walks: readonly Walk[] };
  threads: Threads;
  share: number;
  bar: number;
  verdict: 'ok' | 'short';
};

const script = path.join(packageRoot, 'test/measure/ann_limit.py');
const { stdout, exitCode } = await execa(python, [script, '--data', datasets, '--dataset', dataset], { stderr: 'inherit', reject: false });
if (stdout.trim() === '') throw new Error(`ann_limit.py ended with ${exitCode} and said nothing`);
const outcome = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Outcome;

const giga = (value: number): string => (value / 1e9).toFixed(1);
const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;
const { batch, single, graph, threads } = outcome;

/** Where others took the cores it is short, and it is said that this is no word on the search. */
const threadsLine = (): string => {
  const of = `  two threads, effort ${threads.effort}`;
  if (threads.verdict === 'one core') return `${of}: not measured, this machine has one core`;
  const { verdict, ratio, ratios, others_busy_cores: others, cores } = threads;
  const figures = `${ratio.toFixed(2)} × the QPS of one (${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)} in ${ratios.length} turns)`;
  if (verdict !== 'busy') return `${of}: ${figures}, ${verdict}`;
  return `${of}: ${figures}, short: the machine is busy (others kept ${others?.toFixed(1)} of ${cores} cores)`;
};

report({
  name: 'ann-limit',
  method: `${dataset}, k 10, one thread by its processor time, best of passes in turns; two threads by the clock; ${outcome.isa}`,
  lines: [
    `  products of bytes: ${giga(outcome.byte_peak)} billion a second at most`,
    `  exact, all queries together: ${giga(batch.products)} billion a second, ${batch.qps.toFixed(0)} QPS, ${percent(batch.share)} of that`,
    `  exact, one by one: ${giga(single.bandwidth)} GB/s of ${giga(single.limit)} in a row, ${single.qps.toFixed(0)} QPS, ${percent(single.share)}`,
    ...outcome.bandwidth.map(({ mib, stream, random }) => {
      const items = Object.entries(random).map(([item, speed]) => `${giga(speed)} in items of ${item} B`);
      return `  of ${String(mib).padStart(3)} MiB: ${giga(stream)} GB/s in a row, at random ${items.join(', ')}`;
    }),
    `  the graph on codes, ${(graph.index_bytes / 1e6).toFixed(0)} MB, at random ${giga(graph.random)} GB/s:`,
    ...graph.walks.map(
      ({ effort, recall, qps, query_bytes, share }) =>
        `    effort ${effort}: recall ${recall.toFixed(4)}, ${qps.toFixed(0)} QPS, ${(query_bytes / 1e3).toFixed(1)} kB a query, ${percent(share)}`,
    ),
    threadsLine(),
  ],
  figure: outcome.share,
  bar: `≥ ${outcome.bar} of the limit, together and one by one; two threads ≥ ${threads.bar} × one`,
  ok: outcome.verdict === 'ok',
  data: outcome,
});
