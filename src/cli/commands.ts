/** Every command of this version: help, parsing and dispatch come from this table. */
import type { Command, Option, Positional } from './command.ts';

const runWord: Positional = { name: 'RUN', required: true };
const yes: Option = { short: 'y', says: 'do not ask' };
const runNote = ['RUN is a name, the beginning of one, or "latest".'];

export const commands: readonly Command[] = [
  {
    name: 'doctor',
    summary: 'every prerequisite, what is wrong, and the command that mends it',
    positionals: [],
    options: { fix: { says: 'also set up what is missing' } },
    load: () => import('./doctor.ts'),
  },
  {
    name: 'setup',
    summary: 'the private Python environment and the C++ core',
    positionals: [],
    options: {},
    more: ['Done by itself before the first run. ANN_TUI_PYTHON chooses another Python, CXX another compiler.'],
    load: () => import('./setup.ts'),
  },
  {
    name: 'uninstall',
    summary: 'list and remove everything that ann-tui keeps on this disk',
    positionals: [],
    options: { environment: { says: 'only the Python environment; runs and datasets stay' }, yes },
    load: () => import('./uninstall.ts'),
  },
  {
    name: 'prices',
    summary: 'hardware and what a whole container costs',
    positionals: [],
    options: {
      cpu: { value: 'N', says: 'price a container of N cores' },
      memory: { value: 'GiB', says: 'and so much memory' },
      gpu: { value: 'NAME', says: 'and this GPU' },
      region: { value: 'R', says: 'in a region: us, us-west, …' },
      nonpreemptible: { says: 'that may not be preempted' },
    },
    load: () => import('./prices.ts'),
  },
  {
    name: 'datasets',
    summary: 'the datasets, and which of them are here',
    positionals: [],
    options: {},
    load: () => import('./datasets.ts'),
  },
  {
    name: 'sync',
    summary: 'bring a dataset here, with resume and verification',
    positionals: [{ name: 'DATASET', required: true }],
    options: {
      from: { value: 'PATH|URL', says: 'from your own file, folder or address' },
      target: { value: 'local|modal', says: 'where to (local)' },
    },
    load: () => import('./sync.ts'),
  },
  {
    name: 'bench',
    summary: 'benchmark implementations on this machine',
    positionals: [],
    options: {
      impl: { value: 'NAME[,…]', multiple: true, says: 'what to measure (the defaults of configs/benchmark.yaml)' },
      compare: { value: 'NAME[,…]', multiple: true, says: 'and what beside it' },
      dataset: { value: 'NAME[,…]', multiple: true, says: 'on which data (quick)' },
      k: { value: 'N', says: 'neighbours a query asks for (10)' },
      threads: { value: 'N|all', says: 'threads that search (1, kept on one core); building uses every core' },
      subset: { value: 'N', says: 'only the first N vectors, with exact answers computed anew' },
      sweep: { value: 'FILE', says: 'build and search parameters to try' },
      'download-only': { says: 'bring the data here and stop' },
      'dry-run': { says: 'show the plan and its estimate, start nothing' },
      target: { value: 'local|modal', says: 'where to run (local)' },
      hardware: { value: 'ID', says: 'the container that prices the run (cpu-32)' },
      cpu: { value: 'N', says: 'or one of N cores' },
      memory: { value: 'GiB', says: 'and so much memory' },
      budget: { value: 'USD', says: 'most that may be billed; nothing is on this machine' },
      timeout: { value: 'TIME', says: 'stop after 90s, 30m, 2h' },
      yes: { short: 'y', says: 'do not ask' },
    },
    more: ['Ctrl-C leaves the run going; `ann-tui attach RUN` comes back to it, `ann-tui stop RUN` ends it.'],
    load: () => import('./bench.ts'),
  },
  {
    name: 'runs',
    summary: 'all runs; runs rm RUN…, runs prune',
    positionals: [{ name: '[rm RUN…|prune]', required: false, many: true }],
    options: { keep: { value: 'N', says: 'prune: how many ended runs stay (20)' }, yes },
    more: runNote,
    load: () => import('./runs.ts'),
  },
  {
    name: 'show',
    summary: 'everything about one run',
    positionals: [runWord],
    options: {},
    more: runNote,
    load: () => import('./show.ts'),
  },
  {
    name: 'attach',
    summary: 'follow a run: the screen in a terminal, else plain lines',
    positionals: [runWord],
    options: {},
    more: runNote,
    load: () => import('./attach.ts'),
  },
  {
    name: 'logs',
    summary: 'what a run has written to its log',
    positionals: [runWord],
    options: {
      follow: { short: 'f', says: 'and what it writes from now on' },
      lines: { short: 'n', value: 'N', says: 'only the last N lines' },
    },
    more: runNote,
    load: () => import('./logs.ts'),
  },
  {
    name: 'stop',
    summary: 'end a run; finished points are kept',
    positionals: [runWord],
    options: { force: { says: 'at once, without time to leave' } },
    more: runNote,
    load: () => import('./stop.ts'),
  },
  {
    name: 'resume',
    summary: 'go on with a run that did not finish',
    positionals: [runWord],
    options: {},
    more: runNote,
    load: () => import('./resume.ts'),
  },
  {
    name: 'results',
    summary: 'what a run has measured',
    positionals: [runWord],
    options: { get: { value: 'DIR', says: 'copy the result files there' } },
    more: runNote,
    load: () => import('./results.ts'),
  },
  {
    name: 'compare',
    summary: 'runs at equal recall, ratios with their intervals; one run alone: its implementations',
    positionals: [{ name: 'RUN', required: true, many: true }],
    options: {
      recall: { value: 'R[,…]', multiple: true, says: 'at which recalls (0.9, 0.95, 0.99, 0.999)' },
      baseline: { value: 'RUN|NAME', says: 'compare with this run or implementation (the first run; naive)' },
      rule: { value: 'competition', says: 'rank: recall@10 of 0.90 or out, then QPS, p95, index, build' },
      csv: { says: 'CSV on stdout, a line a series and recall' },
    },
    more: runNote,
    load: () => import('./compare.ts'),
  },
  {
    name: 'info',
    summary: 'versions, and where everything is kept',
    positionals: [],
    options: {},
    load: () => import('./info.ts'),
  },
];

/** Words of the contract that a later version will know. */
export const laterCommands = ['auth', 'train', 'evaluate', 'new', 'replay', 'shell', 'report', 'cost', 'secrets', 'volumes', 'completion'];
