/** Runs on Modal in a real terminal and without one, with the real client: what is lost on the way here is not lost. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { until } from '../support/until.ts';
import { givenHome, givenStandIn } from './given.ts';
import { Home } from './program.ts';

const standIn = givenStandIn();
const home = givenHome(standIn);

type State = {
  readonly status: string;
  readonly outcome: string;
  readonly attempt: number;
  readonly points: readonly { readonly impl: string; readonly dataset: string; readonly recall: number }[];
  readonly missingEvents: number;
  readonly containers: readonly { readonly role?: string; readonly startedAt?: number; readonly finishedAt?: number }[];
};

const show = async (run: string, at = home()): Promise<State> =>
  JSON.parse((await at.run(['show', run, '--json'])).stdout.split('\n').at(-1) ?? '');

const supervisorPid = (run: string): number =>
  home()
    .runFile(run, 'journal.ndjson')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))
    .filter(line => line.kind === 'supervised')
    .at(-1).by.pid;

/** Four parts: two implementations, of which one is built in three ways. */
const sweep = `repeats: 2
implementations:
  naive: {}
  hnsw:
    build: { M: [6, 8, 10], efConstruction: [60] }
    search: { efSearch: [10, 40, 120] }
`;
const points = 10;

const benchArgs = (): readonly string[] => {
  const file = path.join(home().folder, 'sweep.yaml');
  home().write('sweep.yaml', sweep);
  return [
    'bench',
    '--target',
    'modal',
    '--sweep',
    file,
    '--impl',
    'hnsw',
    '--compare',
    'naive',
    '--containers',
    '4',
    '--cpu',
    '1',
    '--memory',
    '2',
  ];
};

/** Nothing of ann-tui's lives at Modal any more. */
const nothingRuns = async (): Promise<void> => {
  const apps = (await standIn().admin('apps')) as readonly { readonly state: string }[];
  expect(JSON.stringify(apps)).not.toMatch(/"state": ?"(detached|ephemeral|running|deployed)"/);
};

const isWhole = async (run: string): Promise<State> => {
  await home().ended(run);
  const state = await show(run);
  expect(state).toMatchObject({ outcome: 'done', attempt: 1, missingEvents: 0 });
  expect(new Set(state.points.map(point => JSON.stringify(point))).size).toBe(points);
  expect(state.points.filter(({ impl }) => impl === 'naive').every(({ recall }) => recall === 1)).toBe(true);
  expect(state.containers.filter(({ role }) => role === 'worker')).toHaveLength(4);
  // What stands here is what the containers wrote there, byte for byte.
  for (const name of ['w1', 'w2', 'w3', 'w4']) {
    const there = (await home().run(['show', run])).exitCode;
    expect(there).toBe(0);
    expect(home().runFile(run, 'job', 'containers', name, 'log')).toMatch(/\S/);
  }
  await nothingRuns();
  return state;
};

test('without a terminal: kill -9 of it and of the supervisor, start again, attach, the whole result', async () => {
  const terminal = home().open([...benchArgs(), '--yes', '--budget', '5']);
  const run = await until('a run folder', () => home().runs()[0]);
  await until('a first point', () => home().runFile(run, 'journal.ndjson').includes('"type":"point"'));
  terminal.kill('SIGKILL');
  await terminal.exited;
  process.kill(supervisorPid(run), 'SIGKILL');
  const attached = await home().run(['attach', run, '--json']);
  expect(attached.exitCode).toBe(0);
  const result = JSON.parse(attached.stdout.split('\n').at(-1) ?? '');
  expect(result).toMatchObject({ type: 'result', run });
  expect(result.points).toHaveLength(points);
  expect(result.cost.billed).toBeGreaterThan(0);
  await isWhole(run);
  expect(
    home()
      .runFile(run, 'journal.ndjson')
      .match(/"kind":"launched"/g),
  ).toHaveLength(1);
  const { stdout } = await home().run(['results', run]);
  expect(stdout).toMatch(/hnsw/);
});

/** As narrow as it may be; other sizes of the same screens are looked at without Modal. */
test('the wizard at 60×24, from home to a result of four containers; Enter alone spends nothing', async () => {
  const chosen = sweep.replace('naive: {}', 'naive: { default: true }').replace('  hnsw:\n', '  hnsw:\n    default: true\n');
  home().write('config/benchmark.yaml', `k: 10\nseed: 1\n${chosen}`);
  const terminal = home().open([], { cols: 60, rows: 24 });
  await terminal.waitFor(/Benchmark an ANN/);
  await terminal.press('enter');
  await terminal.waitFor(/Which implementations/);
  await terminal.press('enter');
  await terminal.waitFor(/acme/);
  await terminal.press('down', 'enter');
  await terminal.waitFor(/at most 4 containers/);
  await terminal.press('+', '+', '+');
  await terminal.waitFor(/4 of at most 4 containers/);
  await terminal.press('enter');
  await terminal.waitFor(/▸ quick/);
  await terminal.press('enter');
  const review = await terminal.waitFor(/budget +\$/);
  // The price table said the same of this row.
  const cost = /cost +≈ (\$[\d.]+)/.exec(review)?.[1] ?? 'no cost';
  await terminal.press('esc', 'esc');
  await terminal.waitFor('On which container?');
  await terminal.waitFor(`≈ ${cost}`);
  await terminal.press('enter');
  await terminal.waitFor(/▸ quick/);
  await terminal.press('enter');
  await terminal.waitFor(/budget +\$/);
  await terminal.press('enter');
  await terminal.waitFor('Start it on Modal?');
  // Enter says no.
  await terminal.press('enter');
  await terminal.waitFor('Ready to run?');
  expect(home().runs()).toEqual([]);
  await terminal.press('enter');
  await terminal.waitFor('Start it on Modal?');
  await terminal.press('y');
  const run = await until('a run', () => home().runs()[0]);
  await terminal.waitFor(/✓ done/);
  await terminal.press('enter');
  await terminal.waitFor('at recall');
  await terminal.waitFor(/hnsw/);
  await isWhole(run);
  await terminal.press('esc', 'esc', 'q');
  expect((await terminal.exited).exitCode).toBe(0);
});

test('a shell in a running container: Modal’s own, and the run goes on', async () => {
  home().write('long.yaml', sweep.replace('repeats: 2', 'repeats: 200'));
  const args = benchArgs().map(word => (word.endsWith('sweep.yaml') ? path.join(home().folder, 'long.yaml') : word));
  home().open([...args, '--yes', '--budget', '5']);
  const run = await until('a run folder', () => home().runs()[0]);
  await until('a first point', () => home().runFile(run, 'journal.ndjson').includes('"type":"point"'));
  const shell = home().open(['shell', run, '--container', 'main']);
  await shell.waitFor(/main of .*; it goes on while you look/);
  await shell.waitFor(/[#$] ?$/m);
  await shell.press('echo $((6 * 7)) in $MODAL_TASK_ID', 'enter');
  await shell.waitFor(/^42 in ta-/m);
  await shell.press('exit', 'enter');
  expect((await shell.exited).exitCode).toBe(0);
  expect(await show(run)).toMatchObject({ status: 'running' });
  const none = await home().run(['shell', run]);
  expect(none.exitCode).toBe(2);
  expect(none.stderr).toMatch(/needs a terminal/);
});

test('without a sign-in: exit code 3, and nothing is started', async () => {
  const out = new Home({
    env: { MODAL_SERVER_URL: standIn().env.MODAL_SERVER_URL ?? '', MODAL_CONFIG_PATH: path.join(home().folder, 'none.toml') },
  });
  try {
    const { exitCode, stderr } = await out.run([...benchArgs(), '--yes', '--budget', '1']);
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/sign/i);
    expect(out.runs()).toEqual([]);
  } finally {
    await out.close();
  }
});

test('a library of others is installed by pip in the container that measures it', async () => {
  const file = path.join(home().folder, 'peers.yaml');
  home().write(
    'peers.yaml',
    `repeats: 1
implementations:
  naive: {}
  rabitqlib:
    build: { degree: [32], efConstruction: [50] }
    search: { ef: [20, 200] }
`,
  );
  const args = ['bench', '--target', 'modal', '--sweep', file, '--subset', '2000', '--containers', '2', '--cpu', '1', '--memory', '2'];
  const planned = await home().run([...args, '--dry-run']);
  expect(planned.stdout).toMatch(/pip installs rabitqlib 0\.7\.1: each container installs what it measures/);
  const done = await home().run([...args, '--yes', '--budget', '2', '--json']);
  expect(done.stdout).toMatch(/"phase":"install"/);
  expect(done.exitCode).toBe(0);
  const { points, verdicts } = JSON.parse(done.stdout.split('\n').at(-1) ?? '');
  expect(verdicts).toMatchObject([{ impl: 'rabitqlib', verdict: 'ok' }]);
  type Found = { impl: string; version: string; recall: number };
  const [low, high] = points.filter(({ impl }: Found) => impl === 'rabitqlib');
  expect([low.version, high.version]).toEqual(['0.7.1', '0.7.1']);
  expect(low.recall).toBeLessThan(high.recall);
  expect(high.recall).toBeGreaterThan(0.98);
});

test('a paid run without a terminal needs --yes and --budget', async () => {
  const { exitCode, stderr } = await home().run(benchArgs());
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/--yes/);
  expect(stderr).toMatch(/--budget/);
});

test('a file of one’s own is compiled there and compared with the others', async () => {
  expect((await home().run(['new', 'mine'], '', home().folder)).exitCode).toBe(0);
  const file = path.join(home().folder, 'mine.cpp');
  expect(readFileSync(file, 'utf8')).toMatch(/REGISTER/);
  const done = await home().run([
    'bench',
    '--target',
    'modal',
    '--impl',
    `naive,${file}`,
    '--containers',
    '2',
    '--cpu',
    '1',
    '--memory',
    '2',
    '--yes',
    '--budget',
    '2',
    '--json',
  ]);
  expect(done.exitCode).toBe(0);
  const result = JSON.parse(done.stdout.split('\n').at(-1) ?? '');
  expect(result.points.map(({ impl }: { impl: string }) => impl).toSorted()).toEqual(['mine', 'naive']);
});
