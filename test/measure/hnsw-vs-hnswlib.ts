/** Our HNSW beside hnswlib from PyPI, in one process, on fashion-mnist-784-euclidean. hnswlib is never a dependency. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { packageRoot } from '../../src/util/paths.ts';
import { report } from './report.ts';

const dataset = 'fashion-mnist-784-euclidean';
const debian = '/usr/share/datasets/fashion-mnist';
const home = path.join(packageRoot, '.dev/home');
const peers = path.join(packageRoot, '.dev/peers');
const env = { ANN_TUI_HOME: home };
const program = (...args: readonly string[]) =>
  execa(process.execPath, [path.join(packageRoot, 'dist/ann-tui.js'), ...args], { env, stdio: ['ignore', 'pipe', 'inherit'] });

console.error('preparing: Python environment, dataset, hnswlib (minutes the first time)');
await program('setup');
await program('sync', dataset, ...(existsSync(debian) ? ['--from', debian] : []));
const { python } = JSON.parse((await program('info', '--json')).stdout) as { python: string };
if (!existsSync(path.join(peers, 'hnswlib-0.8.0.dist-info')))
  await execa(python, ['-m', 'pip', 'install', '--quiet', '--no-deps', '--target', peers, 'hnswlib==0.8.0'], { stdio: 'inherit' });

type Row = { recall: number; ours_qps: number; hnswlib_qps: number; ratio: number; ratio_min: number; ratio_max: number };
type Outcome = { rows: readonly Row[]; ratio: number; [key: string]: unknown };

const script = path.join(packageRoot, 'test/measure/hnsw_vs_hnswlib.py');
const { stdout } = await execa(
  python,
  [script, '--data', path.join(home, 'data/datasets'), '--dataset', dataset, '--python-extra', peers],
  {
    stderr: 'inherit',
    reject: false,
  },
);
const outcome = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Outcome;

report({
  name: 'hnsw-vs-hnswlib',
  method: `${dataset}, M 16, efConstruction 200, one thread, repeats in turns, QPS at equal recall`,
  lines: outcome.rows.map(
    row =>
      `  recall ${row.recall}: ours ${row.ours_qps.toFixed(0)}, hnswlib ${row.hnswlib_qps.toFixed(0)} QPS, ratio ${row.ratio.toFixed(2)}× (${row.ratio_min.toFixed(2)}–${row.ratio_max.toFixed(2)})`,
  ),
  figure: outcome.ratio,
  bar: '≥ 1.0× at every recall',
  ok: outcome.ratio >= 1,
  data: outcome,
});
