/** Runs that an earlier version made are listed, opened, compared, attached to, resumed and recovered by this one. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { copyRunsBefore, runsBefore } from '../support/runs-before.ts';
import { Home } from './program.ts';

const { done, own, stopped, twoDatasets, modal, failed } = runsBefore;

type Point = {
  readonly dataset: string;
  readonly impl: string;
  readonly params: Readonly<Record<string, number>>;
  readonly recall: number;
  readonly qps: number;
};

/** A home in which nobody is signed in to Modal, whoever runs the tests. */
const newHome = (): Home => new Home({ env: { MODAL_CONFIG_PATH: '/none/modal.toml' } });

const recordsOf = (ndjson: string) =>
  ndjson
    .trim()
    .split('\n')
    .map(line => JSON.parse(line));

/** The exit code of a command and its records, with the last by itself. */
const ask = async (home: Home, ...args: readonly string[]) => {
  const { stdout, exitCode } = await home.run([...args, '--json']);
  const records = recordsOf(stdout);
  return { exitCode, records, last: records.at(-1) };
};

/** "dots hnsw 10": on what it was measured, what, and with which efSearch. */
const nameOf = ({ dataset, impl, params }: Point): string =>
  [dataset, impl, ...(params.efSearch === undefined ? [] : [params.efSearch])].join(' ');

/** Recall and queries a second, by the name of the point. */
const figuresOf = (points: readonly Point[]) =>
  Object.fromEntries(points.map(point => [nameOf(point), [point.recall, point.qps]] as const));

/** What stands in the journals. */
const figures = {
  [done]: {
    'dots naive': [1, 323_466.975],
    'dots hnsw 5': [0.817391, 797_051.001],
    'dots hnsw 10': [0.956522, 468_989.799],
    'dots hnsw 40': [1, 124_587.581],
  },
  [own]: { 'dots mine': [1, 177_060.483], 'dots naive': [1, 325_918.439] },
  [stopped]: { 'dots naive': [1, 327_450.931], 'dots hnsw 5': [0.817391, 804_026.645], 'dots hnsw 10': [0.956522, 470_664.523] },
  [twoDatasets]: {
    'dots naive': [1, 323_936.284],
    'dots hnsw 10': [0.956522, 469_045.262],
    'stars naive': [1, 316_906.513],
    'stars hnsw 10': [0.86087, 418_223.348],
  },
  [modal]: {
    'dots naive': [1, 315_815.773],
    'dots hnsw 5': [0.817391, 801_444.297],
    'dots hnsw 10': [0.956522, 470_614.445],
    'dots hnsw 40': [1, 126_471.392],
  },
  [failed]: {},
};

/** Dollars and container-seconds of the run at Modal, as the earlier version metered them. */
const billed = 0.000249947;
const containerSeconds = 11.719;

const compileError = "broken.cpp:43:23: 'distanc' was not declared in this scope; did you mean 'distance'?";

describe('runs of an earlier version, read', () => {
  let home: Home;
  beforeAll(() => {
    home = newHome();
    copyRunsBefore(home.folder);
  });
  afterAll(() => home.close());

  test('runs lists them, newest first, with points, outcome and cost', async () => {
    const { records } = await ask(home, 'runs', '--local');
    const rows = records.map(({ run, title, target, outcome, exit_code, points, points_planned }) =>
      [run, title, target, outcome, exit_code, `${points}/${points_planned}`].join(' · '),
    );
    expect(rows).toEqual([
      `${failed} · broken on dots · local · failed · 1 · 0/1`,
      `${modal} · naive, hnsw on dots · modal · done · 0 · 4/4`,
      `${twoDatasets} · naive, hnsw on dots, stars · local · done · 0 · 4/4`,
      `${stopped} · naive, hnsw on dots, stars · local · stopped · 130 · 3/6`,
      `${own} · mine, naive on dots · local · done · 0 · 2/2`,
      `${done} · naive, hnsw on dots · local · done · 0 · 4/4`,
    ]);
    expect(records.map(({ cost }) => cost.billed)).toEqual([0, expect.closeTo(billed, 9), 0, 0, 0, 0]);
    const { stdout } = await home.run(['runs', '--local']);
    expect(stdout).toMatch(new RegExp(`${modal}.*Modal, 2 × 1 core · 2 GiB +done +4/4 +470,614 @ 0\\.9565 +6s +\\$0\\.0002 `));
    expect(stdout).toMatch(new RegExp(`${done}.*here +done +4/4 +468,990 @ 0\\.9565 +1s +\\$0 `));
  });

  test.each(Object.values(runsBefore))('show %s tells its points, all of its events read', async run => {
    const { exitCode, last } = await ask(home, 'show', run);
    expect(exitCode).toBe(0);
    expect(figuresOf(last.points)).toEqual(figures[run]);
    expect(last).toMatchObject({
      run,
      status: 'ended',
      attempt: 1,
      missingEvents: 0,
      badEvents: 0,
      machine: { cpu: 'AMD EPYC', cores: 2 },
    });
    expect(last.tornLines).toBeUndefined();
  });

  test('show tells verdicts, failures and containers', async () => {
    const [of, stop, fail, cloud] = await Promise.all([own, stopped, failed, modal].map(async run => (await ask(home, 'show', run)).last));
    expect(of.verdicts).toMatchObject([{ impl: 'mine', dataset: 'dots', verdict: 'ok', kept: '1 point' }]);
    expect(stop.failure).toMatchObject({ what: 'The run was stopped', kept: '3 of 6 points', hint: `ann-tui resume ${stopped}` });
    expect(fail.verdicts).toMatchObject([{ impl: 'broken', dataset: 'dots', verdict: 'compile-error', why: compileError }]);
    expect(fail.failure.what).toBe('broken: It does not compile');
    expect(cloud.containers.map(({ name, role }: { name: string; role: string }) => `${name} ${role}`)).toEqual([
      'main coordinator',
      'w2 worker',
      'w1 worker',
    ]);
    expect(cloud.cost).toMatchObject({ billed: expect.closeTo(billed, 9), budget: 5, estimate: false });
  });

  test('results tells points and readings at a recall, and copies them', async () => {
    const folder = path.join(home.folder, 'copied');
    const { records } = await ask(home, 'results', stopped, '--get', folder);
    const result = records.find(({ type }) => type === 'result');
    expect(figuresOf(result.points)).toEqual(figures[stopped]);
    expect(figuresOf(JSON.parse(readFileSync(path.join(folder, 'points.json'), 'utf8')).points)).toEqual(figures[stopped]);
    expect(existsSync(path.join(folder, 'results-hdf5/dots/5/naive/default.hdf5'))).toBe(true);
    const { stdout } = await home.run(['results', done]);
    expect(stdout).toMatch(/^hnsw +M=4 efConstruction=10 efSearch=10 +0\.9565 +468,990 /m);
    expect(stdout).toMatch(/^0\.95 +323,467 .* 492,459 .* 1\.52×/m);
    const none = await home.run(['results', failed]);
    expect(none.exitCode).toBe(1);
    expect(none.stderr).toContain(`${failed} has no results`);
  });

  test('compare sets them against each other', async () => {
    const { exitCode, records } = await ask(home, 'compare', done, twoDatasets, own, '--recall', '0.95');
    expect(exitCode).toBe(0);
    const ratios = records
      .filter(({ ratio }) => typeof ratio === 'number')
      .map(({ run, implementation, dataset, ratio }) => [run, dataset, implementation, Number(ratio.toFixed(4))].join(' '));
    expect(ratios).toEqual([`${twoDatasets} dots naive 1.0015`, `${twoDatasets} dots hnsw 0.9525`, `${own} dots naive 1.0076`]);
    const reached = records.find(({ run, implementation }) => run === done && implementation === 'hnsw');
    expect(reached).toMatchObject({ qps: expect.closeTo(492_459.436, 2), setting: 'efSearch=10', target: 'local', recall_rule: 'strict' });
    const { stdout } = await home.run(['compare', own]);
    expect(stdout).toMatch(/^0\.95 +325,918 .* 177,060 .* 0\.54×/m);
  });

  test('attach prints how each has ended', async () => {
    const ends = await Promise.all([modal, stopped, failed].map(run => ask(home, 'attach', run)));
    expect(ends.map(({ exitCode, last }) => [last.type, last.run, last.outcome, exitCode])).toEqual([
      ['result', modal, 'done', 0],
      ['result', stopped, 'stopped', 130],
      ['result', failed, 'failed', 1],
    ]);
    expect(ends.map(({ last }) => figuresOf(last.points))).toEqual([figures[modal], figures[stopped], figures[failed]]);
  });

  test('logs has their logs, those of containers and of the launch too', async () => {
    const read = async (...args: readonly string[]) => (await home.run(['logs', ...args])).stdout;
    expect(await read(done)).toMatch(/^dots hnsw M=4 efConstruction=10 efSearch=10: recall 0\.9565, 468,990 queries\/s/m);
    expect(await read(failed)).toContain(compileError);
    expect(await read(modal, '--container', 'w1')).toMatch(/^dots naive : recall 1\.0000, 315,816 queries\/s/m);
    expect(await read(modal, '--image')).toContain('Created Function coordinate.');
  });

  test('cost has what Modal billed, by run and by month', async () => {
    const { records } = await ask(home, 'cost', '--local', '--month', '2026-11');
    expect(records).toMatchObject([
      {
        type: 'cost',
        run: modal,
        dollars: expect.closeTo(billed, 9),
        seconds: expect.closeTo(containerSeconds, 3),
        points: 4,
        hardware: '1x2',
      },
      { type: 'month', month: '2026-11', dollars: expect.closeTo(billed, 9), runs: 1 },
    ]);
  });

  test('datasets has theirs', async () => {
    const { records } = await ask(home, 'datasets', '--local');
    for (const name of ['dots', 'stars'])
      expect(records.find(record => record.name === name)).toMatchObject({ distance: 'euclidean', state: 'verified' });
  });

  test('the screens list them, open a result, and offer the same run again', async () => {
    const terminal = home.open([], { cols: 120, rows: 40 });
    await terminal.waitFor(/✗ +broken on dots .*failed/);
    await terminal.press('r');
    const list = await terminal.waitFor(/Runs +1 of 6/);
    expect(list).toMatch(new RegExp(`✓ +${modal} .*hnsw 470,614 QPS @ 0\\.9565 +\\$0\\.0002`));
    expect(list).toMatch(new RegExp(`! +${stopped} .*stopped`));
    await terminal.press('/', 'stars', 'enter');
    await terminal.waitFor(new RegExp(`1 of 2 with “stars”[\\s\\S]*▸ ✓ +${twoDatasets}`));
    await terminal.press('enter');
    const result = await terminal.waitFor(new RegExp(`runs › ${twoDatasets} › result[\\s\\S]*at recall`));
    expect(result).toMatch(/● hnsw +M=4 efConstruction=10 efSearch=10 +0\.9565 +469,045/);
    await terminal.press('enter');
    const review = await terminal.waitFor(/Ready to run\?[\s\S]*enter starts it/);
    expect(review).toMatch(/what +naive, hnsw +naive 1 setting · hnsw M=4 efConstruction=10, 1 setting/);
    expect(review).toMatch(/on +dots, stars +k 5, all vectors/);
    await terminal.press('ctrl-c');
    await terminal.exited;
    expect(home.runs()).toHaveLength(6);
  });

  test('without index and snapshots the journals alone tell the same', async () => {
    const listed = async () => (await ask(home, 'runs', '--local')).records;
    const before = await listed();
    const runs = path.join(home.folder, 'data/runs');
    for (const run of home.runs()) rmSync(path.join(runs, run, 'state.json'));
    rmSync(path.join(runs, '.index.ndjson'));
    expect(await listed()).toEqual(before);
    expect(figuresOf((await ask(home, 'show', modal)).last.points)).toEqual(figures[modal]);
  });
});

describe('a run of an earlier version, gone on with', () => {
  let home: Home;
  beforeEach(() => {
    home = newHome();
  });
  afterEach(() => home.close());

  test('resume measures what is missing, and keeps what was measured', async () => {
    copyRunsBefore(home.folder, stopped);
    const { exitCode, last } = await ask(home, 'resume', stopped);
    expect(exitCode).toBe(0);
    expect(last).toMatchObject({ type: 'result', run: stopped, outcome: 'done' });
    const all = figuresOf(last.points);
    expect(Object.keys(all).toSorted()).toEqual(
      ['dots', 'stars'].flatMap(dataset => ['hnsw 10', 'hnsw 5', 'naive'].map(name => `${dataset} ${name}`)),
    );
    expect(all).toMatchObject(figures[stopped]);
    expect(all['stars naive']?.[0]).toBe(1);
    // Of the second attempt there are points on stars only.
    const journal = recordsOf(home.runFile(stopped, 'journal.ndjson'));
    const measured = journal.filter(({ attempt, event }) => attempt === 2 && event?.type === 'point').map(({ event }) => nameOf(event));
    expect(measured.toSorted()).toEqual(['stars hnsw 10', 'stars hnsw 5', 'stars naive']);
    expect(home.runFile(stopped, 'job/log')).toContain('3 points are already there');
    expect((await ask(home, 'show', stopped)).last).toMatchObject({ attempt: 2, outcome: 'done', missingEvents: 0, badEvents: 0 });
  });

  test('one whose supervisor was killed is taken over, and its job’s events are read to their end', async () => {
    copyRunsBefore(home.folder, done);
    const file = (...name: readonly string[]): string => path.join(home.folder, 'data/runs', done, ...name);
    const lines = home.runFile(done, 'journal.ndjson').trim().split('\n');
    const first = lines.findIndex(line => line.includes('"type":"point"'));
    writeFileSync(file('journal.ndjson'), `${lines.slice(0, first + 1).join('\n')}\n`);
    rmSync(file('state.json'));
    const supervisor = lines.map(line => JSON.parse(line)).find(({ kind }) => kind === 'supervised').by;
    writeFileSync(file('owner/1'), JSON.stringify(supervisor));
    const { exitCode, last } = await ask(home, 'attach', done);
    expect(exitCode).toBe(0);
    expect(last).toMatchObject({ type: 'result', run: done, outcome: 'done' });
    expect(figuresOf(last.points)).toEqual(figures[done]);
    expect((await ask(home, 'show', done)).last).toMatchObject({ attempt: 1, missingEvents: 0, badEvents: 0 });
    expect(recordsOf(home.runFile(done, 'journal.ndjson')).filter(({ kind }) => kind === 'supervised')).toMatchObject([
      { recovered: false },
      { recovered: true },
    ]);
  });
});
