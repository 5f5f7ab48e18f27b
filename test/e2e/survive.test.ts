/** Whatever is killed in mid-run: start again, the run is there, its log whole, its outcome right. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { until } from '../support/until.ts';
import { Home } from './program.ts';

const sweep = (repeats: number) => `implementations:
  hnsw:
    build: { M: [6, 8, 10, 12], efConstruction: [60] }
    search: { efSearch: [10, 40, 120, 300] }
repeats: ${repeats}
`;
const points = 16;

let home: Home;
beforeEach(() => {
  home = new Home();
  mkdirSync(path.join(home.folder, 'work'));
  writeFileSync(path.join(home.folder, 'work/sweep.yaml'), sweep(16));
});
afterEach(() => home.close());

const benchArgs = () => ['bench', '--impl', 'hnsw', '--sweep', path.join(home.folder, 'work/sweep.yaml')];

type State = { status: string; outcome?: string; points: readonly { params: unknown }[]; attempt: number };

const show = async (run: string): Promise<State> => JSON.parse((await home.run(['show', run, '--json'])).stdout.split('\n').at(-1) ?? '');

/** Starts a run in a terminal and waits until it measures, or until its first point. */
const startRun = async (told: 'provisional' | 'point' = 'provisional') => {
  const terminal = home.open(benchArgs());
  const run = await until('a run folder', () => home.runs()[0]);
  await until(`a first ${told}`, () => home.runFile(run, 'journal.ndjson').includes(`"type":"${told}"`));
  return { terminal, run };
};

const supervisorPid = (run: string): number => {
  const lines = home.runFile(run, 'journal.ndjson').trim().split('\n');
  const last = lines
    .map(line => JSON.parse(line))
    .filter(line => line.kind === 'supervised')
    .at(-1);
  return last.by.pid;
};

/** The one that looks after the run instead of `earlier`. */
const nextSupervisor = (run: string, earlier: number): Promise<number> =>
  until('another supervisor', () => {
    const pid = supervisorPid(run);
    return pid !== earlier && pid;
  });

const ended = async (run: string, times = 1): Promise<State> => {
  await home.ended(run, times);
  return show(run);
};

const isWhole = async (run: string) => {
  const state = await ended(run);
  expect(state.outcome).toBe('done');
  expect(state.attempt).toBe(1);
  expect(new Set(state.points.map(point => JSON.stringify(point.params))).size).toBe(points);
  const { stdout } = await home.run(['logs', run]);
  expect(stdout.trimEnd()).toBe(home.runFile(run, 'job', 'log').trimEnd());
  expect(home.runFile(run, 'journal.ndjson').match(/"kind":"launched"/g)).toHaveLength(1);
};

describe('kill -9 in mid-run', () => {
  test('of the terminal, of the supervisor, of both: the next ann-tui starts another', async () => {
    const { terminal, run } = await startRun();
    terminal.kill('SIGKILL');
    await terminal.exited;
    const first = supervisorPid(run);
    process.kill(first, 'SIGKILL');
    expect((await home.run(['runs'])).stdout).toContain(run);
    const second = await nextSupervisor(run, first);
    const other = home.open(['attach', run]);
    await other.waitFor(run);
    other.kill('SIGKILL');
    process.kill(second, 'SIGKILL');
    await other.exited;
    expect((await home.run(['runs'])).stdout).toContain(run);
    await nextSupervisor(run, second);
    await isWhole(run);
  });

  test('of the job: told as lost, and resumed without repeating what is done', async () => {
    // So long that its settings take turns in more than one group: there is a middle, with points behind it and points to come.
    writeFileSync(path.join(home.folder, 'work/sweep.yaml'), sweep(40));
    const { run } = await startRun('point');
    const { pid } = JSON.parse(home.runFile(run, 'job', 'wrapper-1.json'));
    process.kill(-pid, 'SIGKILL');
    const lost = await ended(run);
    expect(lost.outcome).toBe('lost');
    expect(lost.points.length).toBeGreaterThan(0);
    expect((await home.run(['resume', run])).exitCode).toBe(0);
    const done = await ended(run, 2);
    expect(done.outcome).toBe('done');
    expect(done.points).toHaveLength(points);
    expect(done.attempt).toBe(2);
    const seen = home.runFile(run, 'job', 'events.ndjson').match(/"type": ?"point"/g);
    expect(seen).toHaveLength(points);
  });
});

describe('two terminals', () => {
  test('agree on one run, and stop is seen by both', async () => {
    // Nobody waits for its end.
    writeFileSync(path.join(home.folder, 'work/sweep.yaml'), sweep(400));
    const { terminal, run } = await startRun();
    const other = home.open(['attach', run]);
    await other.waitFor(run);
    await other.waitFor('0.9');
    const stopped = await home.run(['stop', run]);
    expect(stopped.exitCode).toBe(0);
    expect((await ended(run)).outcome).toBe('stopped');
    await other.waitFor('stopped');
    expect((await terminal.exited).exitCode).toBe(130);
  });
});
