/**
 * Does the meter say what is billed, and does a budget hold? The real program, the real client and the real apps on a stand-in of Modal that keeps
 * a bill of its own from the processes that really ran. Twenty varied runs, ten of them trainings: our meter against that bill. Twenty runs under
 * budgets that their work exceeds, eight of them trainings and half of them with terminal and supervisor killed after the launch: what is billed
 * against the budget. ANN_TUI_PART=meter or =budget does one half, ANN_TUI_ONLY=WORDS the runs of whose names it is a part.
 */
import path from 'node:path';
import { leaveSeconds, pollSeconds } from '../../src/metering/budget.ts';
import { fullRate } from '../../src/metering/cloud-cost.ts';
import { meter } from '../../src/metering/meter.ts';
import { readMoment } from '../../src/process/moment.ts';
import type { RunState } from '../../src/runs/state.ts';
import { packageRoot } from '../../src/util/paths.ts';
import { until } from '../support/until.ts';

if (process.env.ANN_TUI_TEST_HOME === undefined) {
  await (await import('./harness.ts')).trainingHarness();
  process.env.ANN_TUI_TEST_HOME = path.join(packageRoot, '.dev/home');
}
const [{ startStandIn }, { makeTorchPython }, { billOf, startRun }, cases, { benchmarks, benchmarksUnder }, trained, { median, report }] =
  await Promise.all([
    import('../support/stand-in.ts'),
    import('../support/torch-python.ts'),
    import('./cloud-run.ts'),
    import('./meter-case.ts'),
    import('./meter-benchmarks.ts'),
    import('./meter-trainings.ts'),
    import('./report.ts'),
  ]);
const { befall, ended, finishedIn, hasFinished, killAll, launched } = cases;
type StandIn = import('../support/stand-in.ts').StandIn;
type Case = import('./meter-case.ts').Case;
type Under = import('./meter-case.ts').Under & { readonly killed: boolean };

const torch = makeTorchPython();
// A person's own Python file may read one environment alone: benchmarks run in that of a benchmark.
const [plain, withTorch] = await Promise.all([startStandIn(), startStandIn(['--container-python', torch.python])]);
const standInOf = (one: Pick<Case, 'words'>): StandIn =>
  [...trained.trainings, ...trained.trainingsUnder].some(({ words }) => words === one.words) ? withTorch : plain;
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

/** How a run ended, for whoever looks for the reason. */
const howIn = ({ outcome, failure }: RunState): string =>
  failure === undefined ? String(outcome) : `${outcome}: ${failure.what}: ${failure.why}`;

const measureCase = async ({ what, before, meanwhile, wants, ...options }: Case): Promise<Row> => {
  const standIn = standInOf(options);
  await before?.(standIn);
  const run = await startRun(standIn, options);
  try {
    await meanwhile?.(run, standIn);
    await ended(run);
    if (wants?.(run.state()) === false) throw new Error(`${run.run} ended (${howIn(run.state())}) before it came to that`);
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

type Held = Omit<Under, 'words'> & {
  readonly bill: number;
  readonly most: number;
  /** Dollars above the budget; less than nothing below it. */
  readonly over: number;
  /** The same in seconds of the full rate. */
  readonly overSeconds: number;
  readonly finished: number;
  readonly started: number;
  readonly outcome: string;
  readonly ok: boolean;
};

const unders: readonly Under[] = [false, true, false, true].flatMap(killed =>
  [...benchmarksUnder, ...trained.trainingsUnder].map(one => ({ ...one, killed })),
);

const measureBudget = async ({ words, ...under }: Under): Promise<Held> => {
  const { what, budget, preempted, killed } = under;
  const standIn = standInOf({ words });
  const run = await startRun(standIn, { words });
  try {
    await launched(run);
    if (preempted) {
      await hasFinished(run);
      await befall(run, standIn, 'preempt');
    }
    if (killed) killAll(run);
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
    const perSecond = fullRate(state.spec) / 3600;
    const most = budget + pollSeconds * perSecond;
    const finished = finishedIn(state);
    const held = {
      ...under,
      bill: bill.total,
      most,
      over: bill.total - budget,
      overSeconds: (bill.total - budget) / perSecond,
      finished,
      started: bill.containers,
      outcome: state.outcome ?? '',
      ok: bill.total <= most && state.outcome === 'budget' && finished > 0,
    };
    say(
      `${held.ok ? 'ok   ' : 'short'} $${budget}, ${what}${killed ? ', killed' : ''}: billed ${bill.total.toFixed(6)} of at most ${most.toFixed(6)} (${held.overSeconds.toFixed(1)} s of the rate over), ${finished} finished, ${held.started} containers, ${held.outcome}`,
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

const asked = process.env.ANN_TUI_ONLY ?? '';
const named = <T extends { readonly what: string }>(all: readonly T[]): readonly T[] => all.filter(({ what }) => what.includes(asked));
const [prepared, ...others] = trained.trainings;
const everyCase = part === 'budget' ? [] : named([...benchmarks, ...trained.trainings]);
const everyUnder = part === 'meter' ? [] : named(unders);

const rows: Row[] = [];
const held: Held[] = [];
try {
  if (everyCase.some(one => trained.trainings.includes(one)) || everyUnder.length > 0) await trained.sendPatients(withTorch);
  const work = noted(measureCase, ({ what }) => what);
  // The first build fails where no image is kept yet, and the first training has ready what the others are trained on.
  const first = everyCase.filter(one => one === benchmarks[0] || one === prepared);
  for (const one of first) rows.push(...[await work(one)].filter(row => row !== undefined));
  if (prepared !== undefined && !first.includes(prepared) && (everyUnder.length > 0 || others.some(one => everyCase.includes(one))))
    await measureCase({ what: prepared.what, words: prepared.words });
  const rest = everyCase.filter(one => !first.includes(one));
  rows.push(...(await abreast(rest, 2, work)).filter(row => row !== undefined));
  const workUnder = noted(measureBudget, ({ what, killed }) => `a budget, ${what}${killed ? ', killed' : ''}`);
  held.push(...(await abreast(everyUnder, 5, workUnder)).filter(row => row !== undefined));
} finally {
  await Promise.all([plain.close(), withTorch.close()]);
  torch.remove();
}

const right = rows.filter(({ ok }) => ok).length;
const kept = held.filter(({ ok }) => ok).length;
const wanted = { rows: everyCase.length, held: everyUnder.length };
const offs = rows.map(({ off }) => Math.abs(off)).filter(Number.isFinite);
const largest = held.toSorted((a, b) => b.overSeconds - a.overSeconds)[0];
const overWords = (one: Held): string => {
  const dollars = `$${Math.abs(one.over).toFixed(6)} ${one.over > 0 ? 'above' : 'below'} its budget`;
  return `${dollars}, ${one.overSeconds.toFixed(1)} s of the full rate (${one.what}${one.killed ? ', killed' : ''}); a look is ${pollSeconds} s, and ${leaveSeconds} s to leave`;
};

report({
  name: 'meter-vs-bill',
  method: `the program and its apps on a stand-in of Modal with a bill of its own: ${wanted.rows} varied runs, benchmarks and trainings, ${wanted.held} runs under budgets that they would exceed`,
  lines: [
    ...(wanted.rows === 0
      ? []
      : [
          `  meter against bill   ${right} of ${wanted.rows} within 1 % or a second of the rate; off by ${(median(offs) * 100).toFixed(2)} % at the median, ${(Math.max(0, ...offs) * 100).toFixed(2)} % at most`,
        ]),
    ...(wanted.held === 0
      ? []
      : [`  budgets              ${kept} of ${wanted.held} billed no more than budget and one look of the rate, with finished work kept`]),
    ...(largest === undefined ? [] : [`  the dearest          ${overWords(largest)}`]),
    ...rows
      .filter(({ ok }) => !ok)
      .map(({ what, meter: own, bill }) => `  short: ${what}: meter $${own.toFixed(6)}, bill $${bill.toFixed(6)}`),
    ...held
      .filter(({ ok }) => !ok)
      .map(
        ({ what, budget, bill, most, finished, killed }) =>
          `  short: $${budget}, ${what}${killed ? ', killed' : ''}: billed $${bill.toFixed(6)} of at most $${most.toFixed(6)}, ${finished} finished`,
      ),
    ...failures.map(text => `  failed: ${text}`),
  ],
  figure: (right + kept) / (wanted.rows + wanted.held),
  bar: 'every one of them',
  ok: right === wanted.rows && kept === wanted.held && failures.length === 0,
  data: { rows, held, failures },
});
