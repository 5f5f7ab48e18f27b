/**
 * A workload is added with a folder on each side and its lines in the registries, and not one line elsewhere: the fixture's `count` is laid over a
 * copy of the sources, which then checks, builds, and does with it what it does with a benchmark. docs/adding-a-workload.md is this, in words.
 */
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packageRoot } from '../../src/util/paths.ts';
import { copyRunsBefore, runsBefore } from '../support/runs-before.ts';
import { type StandIn, startStandIn } from '../support/stand-in.ts';
import { moreCommands } from '../support/steps.ts';
import { until } from '../support/until.ts';
import { ProgramWith, type Registration } from '../support/with-workload.ts';
import { Home } from './program.ts';

/** All there is beside its own folders: nine entries in eight registries, of which six need an import. */
const registrations: readonly Registration[] = [
  {
    file: 'src/workloads/registry.ts',
    imports: "import { count } from './count/workload.ts';",
    after: 'bench as unknown',
    entry: '  count as unknown as Workload,',
  },
  {
    file: 'src/workloads/event-schemas.ts',
    imports: "import count from '../../modal/count/src/count/event-schema.json' with { type: 'json' };",
    after: '...bench.types',
    entry: '  ...count.types,',
  },
  { file: 'src/text/command-names.ts', after: "'compare'", entry: "  'count'," },
  {
    file: 'src/cli/commands.ts',
    imports: "import { countCommands } from '../workloads/count/cli/commands.ts';",
    after: '...benchCommands',
    entry: '  ...countCommands,',
  },
  {
    file: 'src/cli/workloads.ts',
    imports: "import { countLines } from '../workloads/count/cli/lines.ts';",
    after: 'benchLines as unknown',
    entry: '  countLines as unknown as WorkloadLines,',
  },
  {
    file: 'screens/workloads/registry.ts',
    imports: "import { countScreens } from './count/screens.ts';",
    after: 'benchScreens as unknown',
    entry: '  countScreens as unknown as WorkloadScreens,',
  },
  {
    file: 'screens/workloads/keys.ts',
    imports: "import { countKeys, countStarts } from './count/keys.ts';",
    after: '...benchStarts,',
    entry: '  ...countStarts,',
  },
  { file: 'screens/workloads/keys.ts', after: '...benchKeys,', entry: '  ...countKeys,' },
  { file: 'screens/workloads/scopes.ts', after: 'what:', entry: "  count: 'How far to count'," },
];

let made: ProgramWith;
let types = '';
let standIn: StandIn;
const homes: Home[] = [];

beforeAll(async () => {
  moreCommands.add('count');
  made = new ProgramWith(path.join(packageRoot, 'test/fixtures/count'), registrations);
  const containers = await made.environment('count');
  [types, standIn] = await Promise.all([made.types(), startStandIn(containers), made.build()]);
});
afterAll(async () => {
  for (const home of homes) await home.close();
  await standIn?.close();
  made?.remove();
});

/** Set up with the packages of this program. */
const openHome = (env: Readonly<Record<string, string>> = {}): Home => {
  const home = new Home({ prepared: false, program: made.program, env });
  homes.push(home);
  mkdirSync(path.join(home.folder, 'data'));
  symlinkSync(made.pythons, path.join(home.folder, 'data/python'));
  return home;
};

type Step = { readonly part: string; readonly value: number };
type Shown = {
  readonly outcome?: string;
  readonly exitCode?: number;
  readonly attempt: number;
  readonly steps: readonly Step[];
  readonly containers?: readonly { readonly role?: string; readonly name?: string }[];
  readonly cost: { readonly billed: number; readonly rate_now?: number; readonly budget?: number };
  readonly failure?: { readonly what: string; readonly kept: string; readonly hint: string };
};

const lastRecord = (stdout: string) => JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
const show = async (home: Home, run: string): Promise<Shown> => lastRecord((await home.run(['show', run, '--json'])).stdout);
const count = (to: number, part: string): readonly Step[] => Array.from({ length: to }, (_, n) => ({ part, value: n + 1 }));
/** Steps in the order of their parts. */
const inOrder = (steps: readonly Step[]): readonly Step[] => steps.toSorted((a, b) => a.part.localeCompare(b.part) || a.value - b.value);
/** Lines of the journal, and of the job's own events, that are steps. */
const stepsIn = (text: string): readonly Step[] =>
  text
    .trimEnd()
    .split('\n')
    .filter(line => line.includes('"type":"step"'))
    .map(line => JSON.parse(line))
    .map(line => line.event ?? line)
    .map(({ part, value }) => ({ part, value }));
const journalOf = (home: Home, run: string): string => home.runFile(run, 'journal.ndjson');

test('with its lines in the registries the types fit', () => {
  expect(types).toBe('');
});

test('the recipe names every one of these lines', () => {
  const recipe = readFileSync(path.join(packageRoot, 'docs/adding-a-workload.md'), 'utf8').split('\n');
  const missing = registrations.filter(({ file, entry }) => {
    const row = recipe.find(line => line.startsWith(`| \`${file}\` |`)) ?? '';
    return !row.includes(entry.trim().replace(/,$/, ''));
  });
  expect(missing).toEqual([]);
});

test.concurrent('the wizard, from home to a result, beside a benchmark that an earlier version made', async () => {
  const home = openHome();
  copyRunsBefore(home.folder, runsBefore.done);
  const terminal = home.open();
  await terminal.waitFor('naive, hnsw on dots');
  await terminal.waitFor('Count slowly');
  await terminal.press('c');
  await terminal.waitFor('How far shall it count?');
  await terminal.press('+', '+');
  await terminal.waitFor('to 12');
  await terminal.press('enter');
  await terminal.waitFor('Where shall it run?');
  // What it would cost at Modal; no dataset is asked for.
  await terminal.press('p');
  await terminal.waitFor('What would it cost there?');
  await terminal.press('enter');
  await terminal.waitFor('enter starts it');
  expect(terminal.screen()).toMatch(/count +to 12/);
  expect(terminal.screen()).toMatch(/time +≈ 2s.*rough: from its pauses/);
  await terminal.press('d');
  await terminal.waitFor('No dataset is needed');
  await terminal.press('enter');
  await terminal.waitFor(/runs › count-/);
  await terminal.waitFor('✓ done');
  await terminal.press('enter');
  await terminal.waitFor(/w1 .* 12 of 12/);
  expect(terminal.screen()).toContain('count to 12');
  await terminal.press('c');
  await terminal.waitFor('There is nothing to compare');
  await terminal.press('esc', 'esc');
  await terminal.waitFor('counted 12');
  await terminal.press('q');
  expect((await terminal.exited).exitCode).toBe(0);

  const listed = (await home.run(['runs', '--local', '--json'])).stdout
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line));
  expect(listed).toMatchObject([
    { title: 'count to 12', outcome: 'done', steps: 12, steps_planned: 12 },
    { run: runsBefore.done, title: 'naive, hnsw on dots', points: 4 },
  ]);
  expect((await home.run(['runs', '--local'])).stdout).toMatch(/count to 12 .*12\/12 +counted 12/);
  const [run = ''] = home.runs().filter(name => name.startsWith('count-'));
  expect(await show(home, run)).toMatchObject({ outcome: 'done', exitCode: 0, steps: count(12, 'w1') });
});

test.concurrent('without a terminal: planned, stopped, resumed where it was, attached to', async () => {
  const home = openHome();
  const words = ['count', '--to', '30,10', '--pause', '0.5'];
  const planned = lastRecord((await home.run([...words, '--dry-run', '--json'])).stdout);
  expect(planned).toMatchObject({ type: 'plan', steps: 40, spec: { kind: 'count', datasets: [], to: [30, 10] } });
  expect(planned.estimate).toMatchObject({ basis: 'rough: from its pauses', seconds: { likely: expect.closeTo(20, 6) } });
  const wrong = await home.run(['count', '--to', '0']);
  expect(wrong.exitCode).toBe(2);
  expect(wrong.stderr).toContain('ann-tui count --to 1');

  const first = home.run(words);
  const run = await until('a run', () => home.runs()[0]);
  await until('some steps', () => stepsIn(journalOf(home, run)).length >= 5);
  expect((await home.run(['stop', run])).exitCode).toBe(0);
  expect((await first).exitCode).toBe(130);
  const stopped = await show(home, run);
  expect(stopped).toMatchObject({ outcome: 'stopped', exitCode: 130, failure: { kept: `${stopped.steps.length} of 40 steps` } });
  expect(stopped.steps).toEqual(count(stopped.steps.length, 'w1').slice(0, stopped.steps.length));

  const again = home.run(['resume', run]);
  await until('the second attempt', () => journalOf(home, run).match(/"kind":"launched"/g)?.length === 2);
  const attached = await home.run(['attach', run, '--json']);
  expect(attached.exitCode).toBe(0);
  expect((await again).exitCode).toBe(0);
  expect(lastRecord(attached.stdout)).toMatchObject({ type: 'result', run, outcome: 'done', counted: [30, 10] });
  // What was done is not done again.
  const all = [...count(30, 'w1'), ...count(10, 'w2')];
  expect(stepsIn(home.runFile(run, 'job', 'events.ndjson'))).toEqual(all);
  expect(home.runFile(run, 'job', 'log')).toContain(`${stopped.steps.length} steps are already there`);
  expect(await show(home, run)).toMatchObject({ outcome: 'done', attempt: 2, steps: all });
  expect(JSON.parse(home.runFile(run, 'job', 'results.json'))).toEqual({ v: 1, counted: { w1: 30, w2: 10 } });
  expect((await home.run(['results', run])).stdout).toMatch(/w1 +30 +30\nw2 +10 +10/);
});

test.concurrent('on Modal: two containers, metered, foretold, ended by the budget, resumed to the end', async () => {
  const home = openHome(standIn.env);
  const words = ['--target', 'modal', '--containers', '2', '--cpu', '1', '--memory', '1', '--yes', '--json'];
  const first = home.run(['count', '--to', '200,190', '--pause', '0.1', ...words, '--budget', '5']);
  const run = await until('a run', () => home.runs()[0]);
  const terminal = home.open(['attach', run]);
  await until('steps of both', () => new Set(stepsIn(journalOf(home, run)).map(({ part }) => part)).size === 2);
  // From the progress of both containers: what it costs so far, and in the end.
  await terminal.waitFor(/\$0\.\d+ of \$5\.00 → \$0\.\d+ ± 0\.\d+/);
  const at = await show(home, run);
  expect(at.containers?.map(({ role, name }) => [role, name]).toSorted()).toEqual([
    ['coordinator', 'main'],
    ['worker', 'w1'],
    ['worker', 'w2'],
  ]);
  expect(at.cost.billed).toBeGreaterThan(0);
  expect(at.cost.rate_now).toBeGreaterThan(0);

  // Three seconds more, of which it keeps what it needs to leave.
  const budget = at.cost.billed + (3 / 3600) * (at.cost.rate_now ?? 0);
  expect((await home.run(['resume', run, '--budget', String(budget)])).exitCode).toBe(4);
  expect((await first).exitCode).toBe(4);
  const ended = await show(home, run);
  expect(ended).toMatchObject({ outcome: 'budget', exitCode: 4, attempt: 1 });
  expect(ended.failure?.what).toMatch(/^The budget of \$/);
  expect(ended.failure?.kept).toBe(`${ended.steps.length} of 390 steps`);
  expect(ended.steps.length).toBeLessThan(390);
  await terminal.waitFor('is used up');
  await terminal.press('ctrl-c');
  await terminal.exited;

  const resumed = await home.run(['resume', run, '--budget', '5', '--yes', '--json']);
  expect(resumed.exitCode).toBe(0);
  expect(lastRecord(resumed.stdout)).toMatchObject({ type: 'result', outcome: 'done', counted: [200, 190] });
  const done = await show(home, run);
  expect(inOrder(done.steps)).toEqual(inOrder([...count(200, 'w1'), ...count(190, 'w2')]));
  expect(done.cost.billed).toBeGreaterThan(ended.cost.billed);
  // Each container went on where it was: what it wrote has every step once.
  for (const [name, to] of [
    ['w1', 200],
    ['w2', 190],
  ] as const)
    expect(stepsIn(home.runFile(run, 'job', 'containers', name, 'events.ndjson'))).toEqual(count(to, name));
  const cost = lastRecord((await home.run(['cost', '--local', '--json'])).stdout);
  expect(JSON.stringify(cost)).toContain('"dollars"');
});
