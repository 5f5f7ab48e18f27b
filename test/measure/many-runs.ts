/** 2,000 runs: the list and home against the same with one run, in turns; the memory of both. Real folders, the built program, a real terminal. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { packageRoot } from '../../src/util/paths.ts';
import { Terminal } from '../e2e/terminal.ts';
import { makeRuns } from '../support/many-runs.ts';
import { median, report } from './report.ts';

const many = 2000;
const rounds = 7;
const program = path.join(packageRoot, 'dist/ann-tui.js');

const homeWith = (count: number): string => {
  const home = mkdtempSync(path.join(os.tmpdir(), 'ann-tui-many-'));
  process.env.ANN_TUI_HOME = home;
  makeRuns(count);
  return home;
};

const env = (home: string) => ({ ...process.env, ANN_TUI_HOME: home, NODE_ENV: undefined });

/** Seconds of `ann-tui runs`, and its largest memory in MB. */
const list = (home: string): { readonly seconds: number; readonly megabytes: number } => {
  const started = performance.now();
  const { stdout, status } = spawnSync(process.execPath, [program, 'runs', '--local'], { env: env(home), encoding: 'utf8' });
  const seconds = (performance.now() - started) / 1000;
  if (status !== 0) throw new Error(`runs left with ${status}`);
  // The same once more, watched: /usr/bin/time is not everywhere.
  const code = `import resource, subprocess, sys; subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True); print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)`;
  const peak = Number(
    execFileSync('python3', ['-c', code, process.execPath, program, 'runs', '--local'], { env: env(home), encoding: 'utf8' }),
  );
  if (!stdout.includes('bench-')) throw new Error('runs showed no run');
  return { seconds, megabytes: peak / (process.platform === 'darwin' ? 1e6 : 1000) };
};

/** Seconds until home shows a run, and its memory in MB some seconds later. */
const home = async (folder: string): Promise<{ readonly seconds: number; readonly megabytes: number }> => {
  const started = performance.now();
  const terminal = new Terminal(process.execPath, [program], { env: { ANN_TUI_HOME: folder } });
  while (!terminal.raw.includes('hnsw on')) await new Promise(resolve => setTimeout(resolve, 2));
  const seconds = (performance.now() - started) / 1000;
  await new Promise(resolve => setTimeout(resolve, 3000));
  const status = process.platform === 'linux' ? readFileSync(`/proc/${terminal.pid}/status`, 'utf8') : '';
  const megabytes = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN) / 1000;
  terminal.kill('SIGKILL');
  await terminal.exited;
  return { seconds, megabytes };
};

const homes = { many: homeWith(many), one: homeWith(1) };
const results = { runs: { many: [] as number[], one: [] as number[] }, home: { many: [] as number[], one: [] as number[] } };
const memory = { runs: [] as number[], home: [] as number[] };
for (let round = 0; round < rounds; round += 1)
  for (const which of ['many', 'one'] as const) {
    const listed = list(homes[which]);
    const shown = await home(homes[which]);
    results.runs[which].push(listed.seconds);
    results.home[which].push(shown.seconds);
    if (which !== 'many') continue;
    memory.runs.push(listed.megabytes);
    memory.home.push(shown.megabytes);
  }
for (const folder of Object.values(homes)) rmSync(folder, { recursive: true, force: true });

const seconds = (values: readonly number[]) =>
  `${median(values).toFixed(2)} s (${Math.min(...values).toFixed(2)}–${Math.max(...values).toFixed(2)})`;
const beyond = { runs: median(results.runs.many) - median(results.runs.one), home: median(results.home.many) - median(results.home.one) };
const largest = Math.max(median(memory.runs), median(memory.home));
const figure = Math.max(beyond.runs, beyond.home);
report({
  name: 'many-runs',
  method: `\`runs\` and home with ${many} runs of 16 points against one run, ${rounds} times in turns; memory: peak of \`runs\`, resident of home`,
  lines: [
    `  runs   ${seconds(results.runs.many)}, one run ${seconds(results.runs.one)}: ${beyond.runs.toFixed(2)} s more, ${median(memory.runs).toFixed(0)} MB`,
    `  home   ${seconds(results.home.many)}, one run ${seconds(results.home.one)}: ${beyond.home.toFixed(2)} s more, ${median(memory.home).toFixed(0)} MB`,
  ],
  figure,
  bar: '≤ 0.5 s beyond start-up, ≤ 100 MB',
  ok: figure <= 0.5 && largest <= 100,
  data: { results, memory },
});
