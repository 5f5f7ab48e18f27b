/** Benchmarks whose meter is held against their bill, and those whose budgets are too small for them. */
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../support/until.ts';
import { type Bench, benchOf } from './cloud-run.ts';
import { befall, type Case, ended, hasFinished, killAll, type Under, withWorker, workersIn } from './meter-case.ts';

const sweepOf = (efSearch: string, M = '8'): string =>
  `repeats: 1\nimplementations:\n  naive: {}\n  hnsw: { build: { M: [${M}], efConstruction: [40] }, search: { efSearch: [${efSearch}] } }\n`;
const short = sweepOf('10, 40');
const long = sweepOf('10, 20, 40, 80, 160, 320, 640');
/** Long enough to be stopped in the middle on any machine. */
const longer = long.replace('repeats: 1', 'repeats: 60');
const four = sweepOf('10, 40', '6, 8, 10');

/** Sleeps where others compute: many of them run side by side on this machine as they would on theirs. A point takes it some seconds. */
const slow = `import time
import numpy as np


class Slow:
    def __init__(self, **params):
        pass

    def fit(self, data):
        self.found = np.arange(100)

    def set_query_arguments(self, turn):
        pass

    def query(self, query, k):
        time.sleep(0.002)
        return self.found[:k]
`;

const slowSweep = (parts: number, points: number): string => {
  const upTo = (count: number): string => Array.from({ length: count }, (_, n) => n + 1).join();
  return `repeats: 1\nimplementations:\n  slow: { build: { seed: [${upTo(parts)}] }, search: { turn: [${upTo(points)}] } }\n`;
};
const sleeper = { name: 'slow.py', text: slow };

const size = (cpu: number, memory: number): readonly string[] => [
  '--impl',
  'hnsw',
  '--budget',
  '50',
  '--cpu',
  String(cpu),
  '--memory',
  String(memory),
];
const bench = (args: readonly string[], more: Partial<Bench> = {}) => benchOf({ args, sweep: short, ...more });

/** The wall clock of every process of the run jumps by two hours, forth and back. */
const jumping = `const own = Date.now; const start = own(); let offset = 0; setInterval(() => { offset = Math.floor((own() - start) / 3000) % 2 === 0 ? 0 : 7200000; }, 500).unref(); Date.now = () => own() + offset;`;

export const benchmarks: readonly Case[] = [
  // First: no image is kept yet.
  {
    what: 'build failed',
    words: bench(size(2, 4)),
    before: standIn => standIn.admin('faults', { kind: 'image_build', options: { log: 'no such package' } }),
  },
  { what: '32 cores', words: bench(size(32, 32)) },
  { what: '4 × H100', words: bench([...size(16, 128), '--gpu', 'H100:4']) },
  { what: 'not preemptible, in eu', words: bench([...size(2, 4), '--nonpreemptible', '--region', 'eu']) },
  {
    what: '4 containers with GPUs',
    words: bench(['--impl', 'naive,hnsw', '--budget', '50', '--cpu', '4', '--memory', '16', '--gpu', 'L4', '--containers', '4'], {
      sweep: four,
    }),
  },
  {
    what: 'supervisor killed',
    words: bench(size(2, 4), { sweep: long }),
    meanwhile: async run => {
      await withWorker(run);
      killAll(run);
      await sleep(4000);
      await run.home.run(['attach', run.run]);
    },
  },
  {
    what: 'clock jumps',
    words: bench(size(2, 4), { sweep: long }),
    env: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(jumping)}` },
  },
  {
    what: 'resumed after a stop',
    words: bench(size(2, 4), { sweep: longer }),
    meanwhile: async run => {
      await hasFinished(run);
      await run.home.run(['stop', run.run]);
      await run.home.run(['resume', run.run, '--yes']);
      await until('a second attempt', () => run.state().attempt === 2);
    },
  },
  {
    what: 'a container that died, its part measured by the next attempt',
    words: bench(size(2, 4), { sweep: long }),
    meanwhile: async (run, standIn) => {
      await withWorker(run);
      await befall(run, standIn, 'kill');
      await ended(run);
      await run.home.run(['resume', run.run, '--yes']);
      await until('a second attempt', () => run.state().attempt === 2);
    },
    wants: state => state.outcome === 'done' && state.attempt === 2,
  },
  {
    // Modal's timers follow the budget: here a container may work for a minute, and there is work for more.
    what: 'retried: a part asked for again when its time was over',
    words: bench(['--impl', 'slow.py', '--budget', '0.03', '--cpu', '2', '--memory', '4'], { sweep: slowSweep(1, 24), own: sleeper }),
    wants: state => state.outcome === 'done' && workersIn(state) > 1,
  },
];

const under = (args: readonly string[], budget: number, containers = 1) =>
  benchOf({
    args: ['--impl', 'slow.py', '--containers', String(containers), '--budget', String(budget), ...args],
    sweep: slowSweep(containers, 200),
    own: sleeper,
  });

export const benchmarksUnder: readonly Under[] = [
  { what: '32 cores', budget: 0.105, preempted: false, words: under(['--cpu', '32', '--memory', '32'], 0.105) },
  {
    what: 'not preemptible',
    budget: 0.165,
    preempted: false,
    words: under(['--cpu', '16', '--memory', '32', '--nonpreemptible'], 0.165),
  },
  {
    what: '4 containers with L4',
    budget: 0.23,
    preempted: false,
    words: under(['--cpu', '4', '--memory', '16', '--gpu', 'L4'], 0.23, 4),
  },
];
