/** Apps of ours that no run here looks after, started by hand with the real client: seen, stopped and taken up from home, in a real terminal. */
import path from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { packageRoot } from '../../src/util/paths.ts';
import { cloudSpec } from '../screens/support/states.ts';
import { modalPython } from '../support/stand-in.ts';
import { until } from '../support/until.ts';
import { givenHome, givenStandIn } from './given.ts';

const standIn = givenStandIn();
const home = givenHome(standIn);

type App = { readonly app: string; readonly name?: string; readonly description?: string; readonly state: string };

const stateOf = async (app: string): Promise<string | undefined> =>
  ((await standIn().admin('apps')) as readonly App[]).find(one => JSON.stringify(one).includes(app))?.state;

/** `modal run --detach` of a small app that goes on until it is stopped. Returns its id. */
const byHand = async (run: string): Promise<string> => {
  const name = `ann-tui-${run}-1`;
  home().write(
    `${run}.json`,
    JSON.stringify({
      app: name,
      run,
      attempt: 1,
      spec: cloudSpec({ budget: 2 }),
      control: 'ann-tui-control',
      volumes: { datasets: 'ann-datasets', results: 'ann-results' },
    }),
  );
  const { stdout } = await execa(
    modalPython(),
    ['-m', 'modal', 'run', '--detach', path.join(packageRoot, 'test/src/targets/modal/support/tiny_app.py')],
    {
      env: {
        ...standIn().env,
        COLUMNS: '1000',
        PYTHONUTF8: '1',
        MODAL_LOGS_TIMEOUT: '0',
        ANN_TUI_LAUNCH: path.join(home().folder, `${run}.json`),
        TINY_JOB: JSON.stringify({ events: 500, pace: 1 }),
      },
    },
  );
  const told = stdout.split('\n').find(line => line.startsWith('{"ann_tui"'));
  if (told === undefined) throw new Error(`the client said no app: ${stdout}`);
  const { app } = JSON.parse(told) as { readonly app: string };
  await until(`a container of ${name}`, async () => {
    const containers = (await standIn().admin('containers')) as readonly { readonly alive: boolean }[];
    return containers.some(one => one.alive && JSON.stringify(one).includes(app));
  });
  return app;
};

test('one is seen without a terminal, with what it costs, and stopped by its name', async () => {
  const app = await byHand('bench-zzzzz1');
  const listed = await until('the app in the list of runs', async () => {
    const { stdout } = await home().run(['runs', '--json']);
    return stdout
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line) as Record<string, unknown>)
      .find(record => record.type === 'orphan' && record.dollars_per_hour !== null && record.containers === 1);
  });
  expect(listed).toMatchObject({ app, name: 'ann-tui-bench-zzzzz1-1', run: 'bench-zzzzz1', kind: 'unknown', dollars_per_hour: 0.0317 });
  expect((await home().run(['runs', '--local'])).stdout).not.toContain('bench-zzzzz1');
  expect((await home().run(['stop', 'ann-tui-bench-zzzzz1-1'])).exitCode).toBe(2);
  expect(await stateOf(app)).not.toMatch(/stopped/i);
  const { exitCode, stdout } = await home().run(['stop', 'ann-tui-bench-zzzzz1-1', '--yes']);
  expect(stdout).toMatch(/nothing of it is billed any more/);
  expect(exitCode).toBe(0);
  expect(await stateOf(app)).toMatch(/stopp/i);
});

test.each([
  [80, 24],
  [60, 24],
])('at %i×%i home shows one, and stops it after a question', async (cols, rows) => {
  const run = `bench-zzzz${cols}`;
  const app = await byHand(run);
  const terminal = home().open([], { cols, rows });
  await terminal.waitFor(/Benchmark an ANN/);
  await terminal.waitFor(/At Modal, on its own/);
  await terminal.waitFor(new RegExp(`${run}-1`));
  await terminal.press('g', 'x');
  await terminal.waitFor(/Stop ann-tui-bench/);
  await terminal.press('enter');
  await terminal.waitFor(/At Modal, on its own/);
  expect(await stateOf(app)).not.toMatch(/stopped/i);
  await terminal.press('x');
  await terminal.waitFor(/Stop ann-tui-bench/);
  await terminal.press('y');
  await terminal.waitFor(/nothing of it is billed|is stopped/);
  await until('the end of the app', async () => (await stateOf(app))?.match(/stopp/i));
  await until('the end of its containers', async () => {
    const containers = (await standIn().admin('containers')) as readonly { readonly alive: boolean }[];
    return containers.some(one => one.alive && JSON.stringify(one).includes(app)) ? undefined : true;
  });
  await terminal.press('q');
  expect((await terminal.exited).exitCode).toBe(0);
});

test('one that was started elsewhere is taken up, and is a run of this machine from then on', async () => {
  await byHand('bench-zzzzz2');
  const terminal = home().open([], { cols: 100, rows: 30 });
  await terminal.waitFor(/At Modal, on its own/);
  await terminal.press('g', 'a');
  await terminal.waitFor(/runs › bench-zzzzz2/);
  await terminal.waitFor(/\d+ of 9 points/);
  expect(home().runs()).toEqual(['bench-zzzzz2']);
  const { stdout } = await home().run(['runs', '--json']);
  expect(stdout).not.toContain('"type":"orphan"');
  const stopped = await home().run(['stop', 'bench-zzzzz2']);
  expect(stopped.exitCode).toBe(0);
  terminal.kill('SIGKILL');
});
