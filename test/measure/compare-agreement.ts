/** One spec, run again and again while others use the machine: how many of the ratios of two runs contain 1, as all should. */
import { type ChildProcess, spawn } from 'node:child_process';
import { foldLines } from '../../src/runs/fold.ts';
import { compareRuns } from '../../src/workloads/bench/compare/compare.ts';
import type { BenchRun } from '../../src/workloads/bench/run.ts';
import { Home } from '../e2e/program.ts';
import { benchOf } from '../support/bench-run.ts';
import { median, report } from './report.ts';

const rounds = 6;
const home = new Home();
const states: BenchRun[] = [];

const busy = (): ChildProcess => spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' });

try {
  for (let round = 0; round < rounds; round++) {
    const other = round % 2 === 1 ? busy() : undefined;
    const { exitCode, stderr } = await home.run(['bench', '--impl', 'naive,hnsw', '--dataset', 'quick', '--yes', '--json']);
    other?.kill('SIGKILL');
    if (exitCode !== 0) throw new Error(`bench ended with ${exitCode}: ${stderr}`);
  }
  for (const run of home.runs()) {
    const state = foldLines(home.runFile(run, 'journal.ndjson').trimEnd().split('\n'));
    if (state !== undefined) states.push(benchOf(state));
  }
} finally {
  await home.close();
}

const rows = states.flatMap((a, n) =>
  states.slice(n + 1).flatMap(b => compareRuns([a, b]).pairs.flatMap(pair => pair.rows.filter(({ ratio }) => ratio !== undefined))),
);
const far = rows.map(({ ratio }) => Math.exp(Math.abs(Math.log(ratio?.value ?? 1))));
const widths = rows.map(({ ratio }) => Math.sqrt((ratio?.high ?? 1) / (ratio?.low ?? 1)));
const figure = rows.filter(({ same }) => same).length / rows.length;
report({
  name: 'compare-agreement',
  method: `naive and hnsw on quick, ${rounds} runs of one spec, every other one beside a process that computes; ${rows.length} ratios of two runs`,
  lines: [
    `  contain 1      ${(figure * 100).toFixed(1)} %`,
    `  measured ratio median ${median(far).toFixed(2)}×, up to ${Math.max(...far).toFixed(2)}× (1 would be perfect)`,
    `  interval       median a factor of ${median(widths).toFixed(2)} to either side`,
  ],
  figure,
  bar: '≥ 95 % contain 1',
  ok: figure >= 0.95,
  data: rows.map(({ level, ratio }) => ({ level, ...ratio })),
});
