/**
 * Does the meter say what is billed, and does a budget hold? The real program, the real client and the real app on a stand-in of Modal that keeps
 * a bill of its own from the processes that really ran. Twenty varied runs: our meter against that bill. Twenty runs under budgets that their work
 * exceeds, half of them with terminal and supervisor killed after the launch: what is billed against budget and one look of the rate.
 * ANN_TUI_PART=meter or =budget does one half.
 */
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pollSeconds } from '../../src/metering/budget.ts';
import { fullRate } from '../../src/metering/cloud-cost.ts';
import { meter } from '../../src/metering/meter.ts';
import { readMoment } from '../../src/process/moment.ts';
import { packageRoot } from '../../src/util/paths.ts';
import { pointsOf } from '../support/bench-run.ts';
import { until } from '../support/until.ts';

process.env.ANN_TUI_TEST_HOME ??= path.join(packageRoot, '.dev/home');
const [{ startStandIn }, { billOf, startRun }, { median, report }] = await Promise.all([
  import('../support/stand-in.ts'),
  import('./cloud-run.ts'),
  import('./report.ts'),
]);
type Run = Awaited<ReturnType<typeof startRun>>;

const standIn = await startStandIn();
const say = (text: string): void => void process.stderr.write(`${text}\n`);

/** Part of the work at a time: the machine has to do what Modal's would. */
const abreast = async <T, R>(items: readonly T[], count: number, work: (item: T) => Promise<R>): Promise<readonly R[]> => {
  const results = new Map<T, R>();
  const queue = items.values();
  await Promise.all(
    Array.from({ length: count }, async () => {
      for (const item of queue) results.set(item, await work(item));
    }),
  );
  return items.map(item => results.get(item) as R);
};

const ended = (run: Run, seconds = 240) => until(`the end of ${run.run}`, () => run.state().status === 'ended', seconds);
const hasPoint = (run: Run) => until(`a point of ${run.run}`, () => pointsOf(run.state()).length > 0, 200);
const launched = (run: Run) => until(`the launch of ${run.run}`, () => run.state().status === 'running', 200);

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

type Case = {
  readonly what: string;
  readonly args: readonly string[];
  readonly sweep?: string;
  /** A file of a person's own. */
  readonly own?: { readonly name: string; readonly text: string };
  readonly env?: Readonly<Record<string, string>>;
  readonly before?: () => Promise<unknown>;
  readonly meanwhile?: (run: Run) => Promise<unknown>;
  /** Whether what the case is about did happen. */
  readonly wants?: (run: Run) => boolean;
};

const one = ['--impl', 'hnsw', '--budget', '50'];
const size = (cpu: number, memory: number): readonly string[] => [...one, '--cpu', String(cpu), '--memory', String(memory)];
/** The wall clock of every process of the run jumps by two hours, forth and back. */
const jumping = `const own = Date.now; const start = own(); let offset = 0; setInterval(() => { offset = Math.floor((own() - start) / 3000) % 2 === 0 ? 0 : 7200000; }, 500).unref(); Date.now = () => own() + offset;`;

const workerOf = async (run: Run): Promise<string> => {
  const worker = run.state().containers?.find(({ role, finishedAt }) => role === 'worker' && finishedAt === undefined);
  if (worker === undefined) throw new Error(`${run.run} has no worker`);
  return worker.task;
};
const withWorker = (run: Run) =>
  until('a worker', () => run.state().containers?.some(({ role, finishedAt }) => role === 'worker' && finishedAt === undefined), 200);

const workersOf = (run: Run): number => run.state().containers?.filter(({ role }) => role === 'worker').length ?? 0;

const cases: readonly Case[] = [
  // First: no image is kept yet.
  {
    what: 'build failed',
    args: size(2, 4),
    before: () => standIn.admin('faults', { kind: 'image_build', options: { log: 'no such package' } }),
  },
  { what: '1 core', args: size(1, 2) },
  { what: '32 cores', args: size(32, 32) },
  { what: 'T4', args: [...size(4, 16), '--gpu', 'T4'] },
  { what: 'A100-80GB', args: [...size(8, 64), '--gpu', 'A100-80GB'] },
  { what: '2 × A100-80GB', args: [...size(8, 64), '--gpu', 'A100-80GB:2'] },
  { what: '4 × H100', args: [...size(16, 128), '--gpu', 'H100:4'] },
  { what: 'region us', args: [...size(2, 4), '--region', 'us'] },
  { what: 'region us-west', args: [...size(2, 4), '--region', 'us-west'] },
  { what: 'not preemptible', args: [...size(2, 4), '--nonpreemptible'] },
  { what: 'not preemptible, in eu', args: [...size(2, 4), '--nonpreemptible', '--region', 'eu'] },
  {
    what: '4 containers',
    args: ['--impl', 'naive,hnsw', '--budget', '50', '--cpu', '1', '--memory', '2', '--containers', '4'],
    sweep: four,
  },
  {
    what: '4 containers with GPUs',
    args: ['--impl', 'naive,hnsw', '--budget', '50', '--cpu', '4', '--memory', '16', '--gpu', 'L4', '--containers', '4'],
    sweep: four,
  },
  {
    what: 'stopped',
    args: size(2, 4),
    sweep: longer,
    meanwhile: async run => {
      await hasPoint(run);
      await run.home.run(['stop', run.run]);
    },
  },
  {
    what: 'supervisor killed',
    args: size(2, 4),
    sweep: long,
    meanwhile: async run => {
      await withWorker(run);
      run.killTerminal();
      run.killSupervisor();
      await sleep(4000);
      await run.home.run(['attach', run.run]);
    },
  },
  {
    what: 'clock jumps',
    args: size(2, 4),
    sweep: long,
    env: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(jumping)}` },
  },
  {
    what: 'resumed after a stop',
    args: size(2, 4),
    sweep: longer,
    meanwhile: async run => {
      await hasPoint(run);
      await run.home.run(['stop', run.run]);
      await run.home.run(['resume', run.run, '--yes']);
      await until('a second attempt', () => run.state().attempt === 2);
    },
  },
  {
    what: 'preempted',
    args: size(2, 4),
    sweep: long,
    meanwhile: async run => {
      await withWorker(run);
      await standIn.admin(`containers/${await workerOf(run)}/preempt`, {});
    },
  },
  {
    what: 'a container that died, its part measured by the next attempt',
    args: size(2, 4),
    sweep: long,
    meanwhile: async run => {
      await withWorker(run);
      await standIn.admin(`containers/${await workerOf(run)}/kill`, {});
      await ended(run);
      await run.home.run(['resume', run.run, '--yes']);
      await until('a second attempt', () => run.state().attempt === 2);
    },
    wants: run => run.state().outcome === 'done' && run.state().attempt === 2,
  },
  {
    // Modal's timers follow the budget: here a container may work for a minute, and there is work for more.
    what: 'retried: a part asked for again when its time was over',
    args: ['--impl', 'slow.py', '--budget', '0.03', '--cpu', '2', '--memory', '4'],
    sweep: slowSweep(1, 24),
    own: sleeper,
    wants: run => run.state().outcome === 'done' && workersOf(run) > 1,
  },
];

/** A meter is right within one hundredth of the bill, or a second of the rate. */
const allowed = (bill: number, perHour: number): number => Math.max(0.01 * bill, perHour / 3600);

type Row = {
  readonly what: string;
  readonly meter: number;
  readonly bill: number;
  readonly off: number;
  readonly ok: boolean;
  readonly doubts: string;
};

const measureCase = async ({ what, args, sweep = short, own: file, env, before, meanwhile, wants }: Case): Promise<Row> => {
  await before?.();
  const run = await startRun(standIn, { args, sweep, ...(file && { own: file }), ...(env && { env }) });
  try {
    await meanwhile?.(run);
    await ended(run);
    if (wants?.(run) === false) throw new Error(`${run.run} ended (${run.state().outcome}) before it came to that`);
    await until(`the last container of ${run.run}`, async () => ((await billOf(standIn, run.run)).alive ? undefined : true));
    const bill = await billOf(standIn, run.run);
    const own = meter(run.state(), readMoment());
    const difference = Math.abs(own.billed - bill.total);
    const row = {
      what,
      meter: own.billed,
      bill: bill.total,
      off: bill.total > 0 ? own.billed / bill.total - 1 : own.billed === 0 ? 0 : Number.POSITIVE_INFINITY,
      ok: difference <= allowed(bill.total, bill.peak),
      doubts: (own.cloud?.doubts ?? []).join(),
    };
    say(
      `${row.ok ? 'ok   ' : 'short'} ${what}: meter ${own.billed.toFixed(6)}, bill ${bill.total.toFixed(6)} (${(row.off * 100).toFixed(2)} %, ${bill.containers} containers, ${run.state().outcome}) ${row.doubts}`,
    );
    return row;
  } finally {
    await run.home.close();
  }
};

type Under = {
  readonly what: string;
  readonly args: readonly string[];
  /** Dollars: as few as a run may have on such containers, and a tenth more. Modal's timers are then so short that parts are asked for again. */
  readonly budget: number;
  readonly containers: number;
  readonly preempted: boolean;
  /** Terminal and supervisor, after the launch. */
  readonly killed: boolean;
};
type Held = Under & {
  readonly bill: number;
  readonly most: number;
  readonly points: number;
  readonly started: number;
  readonly outcome: string;
  readonly ok: boolean;
};

const shapes: readonly Omit<Under, 'killed'>[] = [
  { what: '32 cores', args: ['--cpu', '32', '--memory', '32'], budget: 0.105, containers: 1, preempted: false },
  {
    what: 'A100-80GB, preempted',
    args: ['--cpu', '8', '--memory', '64', '--gpu', 'A100-80GB'],
    budget: 0.18,
    containers: 1,
    preempted: true,
  },
  { what: 'not preemptible', args: ['--cpu', '16', '--memory', '32', '--nonpreemptible'], budget: 0.165, containers: 1, preempted: false },
  { what: '4 containers with L4', args: ['--cpu', '4', '--memory', '16', '--gpu', 'L4'], budget: 0.23, containers: 4, preempted: false },
  { what: 'region us-west', args: ['--cpu', '8', '--memory', '16', '--region', 'us-west'], budget: 0.08, containers: 1, preempted: false },
];
const unders: readonly Under[] = [false, true, false, true].flatMap(killed => shapes.map(shape => ({ ...shape, killed })));

const measureBudget = async (under: Under): Promise<Held> => {
  const { what, args, budget, containers, preempted, killed } = under;
  const run = await startRun(standIn, {
    args: ['--impl', 'slow.py', '--containers', String(containers), '--budget', String(budget), ...args],
    sweep: slowSweep(containers, 200),
    own: sleeper,
  });
  try {
    await launched(run);
    if (preempted) {
      await hasPoint(run);
      await standIn.admin(`containers/${await workerOf(run)}/preempt`, {});
    }
    if (killed) {
      run.killTerminal();
      run.killSupervisor();
    }
    // Nobody here helps: the job has to leave by itself.
    await until(
      `the end of ${run.run} at Modal`,
      async () => {
        const { alive, containers: seen } = await billOf(standIn, run.run);
        return seen > 0 && !alive;
      },
      900,
    );
    if (killed) await run.home.run(['attach', run.run]);
    await ended(run, 600);
    const bill = await billOf(standIn, run.run);
    const state = run.state();
    const most = budget + (pollSeconds * fullRate(state.spec)) / 3600;
    const held = {
      ...under,
      bill: bill.total,
      most,
      points: pointsOf(state).length,
      started: bill.containers,
      outcome: state.outcome ?? '',
      ok: bill.total <= most && state.outcome === 'budget' && pointsOf(state).length > 0,
    };
    say(
      `${held.ok ? 'ok   ' : 'short'} $${budget}, ${what}${killed ? ', killed' : ''}: billed ${bill.total.toFixed(6)} of at most ${most.toFixed(6)}, ${held.points} points, ${held.started} containers, ${held.outcome}`,
    );
    return held;
  } finally {
    await run.home.close();
  }
};

const part = process.env.ANN_TUI_PART ?? 'both';
const failures: string[] = [];
const noted =
  <T, R>(work: (item: T) => Promise<R>, name: (item: T) => string) =>
  async (item: T): Promise<R | undefined> => {
    try {
      return await work(item);
    } catch (error) {
      failures.push(`${name(item)}: ${error instanceof Error ? error.message : String(error)}`);
      say(`failed ${failures.at(-1)}`);
      return undefined;
    }
  };

const rows: Row[] = [];
const held: Held[] = [];
try {
  if (part !== 'budget') {
    const work = noted(measureCase, ({ what }) => what);
    const first = await work(cases[0] as Case);
    const together = await abreast(cases.slice(1), 2, work);
    rows.push(...[first, ...together].filter(row => row !== undefined));
  }
  if (part !== 'meter')
    held.push(
      ...(
        await abreast(
          unders,
          5,
          noted(measureBudget, ({ what, killed }) => `a budget, ${what}${killed ? ', killed' : ''}`),
        )
      ).filter(row => row !== undefined),
    );
} finally {
  await standIn.close();
}

const right = rows.filter(({ ok }) => ok).length;
const kept = held.filter(({ ok }) => ok).length;
const wanted = { rows: part === 'budget' ? 0 : cases.length, held: part === 'meter' ? 0 : unders.length };
const offs = rows.map(({ off }) => Math.abs(off)).filter(Number.isFinite);

report({
  name: 'meter-vs-bill',
  method: `the program and its app on a stand-in of Modal with a bill of its own: ${wanted.rows} varied runs, ${wanted.held} runs under budgets that they would exceed`,
  lines: [
    ...(wanted.rows === 0
      ? []
      : [
          `  meter against bill   ${right} of ${wanted.rows} within 1 % or a second of the rate; off by ${(median(offs) * 100).toFixed(2)} % at the median, ${(Math.max(0, ...offs) * 100).toFixed(2)} % at most`,
        ]),
    ...(wanted.held === 0
      ? []
      : [`  budgets              ${kept} of ${wanted.held} billed no more than budget and one look of the rate, with finished work kept`]),
    ...rows
      .filter(({ ok }) => !ok)
      .map(({ what, meter: own, bill }) => `  short: ${what}: meter $${own.toFixed(6)}, bill $${bill.toFixed(6)}`),
    ...held
      .filter(({ ok }) => !ok)
      .map(
        ({ what, budget, bill, most, points, killed }) =>
          `  short: $${budget}, ${what}${killed ? ', killed' : ''}: billed $${bill.toFixed(6)} of at most $${most.toFixed(6)}, ${points} points`,
      ),
    ...failures.map(text => `  failed: ${text}`),
  ],
  figure: (right + kept) / (wanted.rows + wanted.held),
  bar: 'every one of them',
  ok: right === wanted.rows && kept === wanted.held && failures.length === 0,
  data: { rows, held, failures },
});
