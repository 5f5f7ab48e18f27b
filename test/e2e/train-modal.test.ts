/** Trainings at Modal with the real client: nobody has to be there, whatever befalls the containers, and the weights are those of an unbroken run. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import { packageRoot } from '../../src/util/paths.ts';
import { until } from '../support/until.ts';
import { takeFew } from './few-patients.ts';
import { givenHome, givenTorchStandIn } from './given.ts';
import { Home } from './program.ts';
import { checkpointed, containersOf, eventsOf, killSupervisor, trainingOf, weightsOf, worker } from './training-there.ts';

const standIn = givenTorchStandIn();
const home = givenHome(standIn);

/** Thirteen patients are on the volume, known to nobody's machine but that of whoever sent them. */
beforeAll(async () => {
  const sender = new Home({ env: standIn().env });
  try {
    await takeFew(sender);
    const sent = await sender.run(['sync', 'few', '--target', 'modal', '--yes']);
    if (sent.exitCode !== 0) throw new Error(`${sent.stdout}\n${sent.stderr}`);
  } finally {
    await sender.close();
  }
});

const pay = ['--budget', '5', '--yes'];
const steps = 150;

type Record = Readonly<{ [name: string]: unknown }>;
const last = (stdout: string): Record => JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');

/** What an unbroken run comes to; made once, by the first test that asks. */
let unbroken: Promise<Readonly<{ [file: string]: string }>> | undefined;
const expected = (): NonNullable<typeof unbroken> => {
  const run = async () => {
    const own = new Home({ env: standIn().env });
    try {
      const done = await own.run([...trainingOf(own, steps), ...pay, '--json']);
      if (done.exitCode !== 0) throw new Error(`${done.stdout}\n${done.stderr}`);
      return weightsOf(own, own.runs()[0] ?? '', steps);
    } finally {
      await own.close();
    }
  };
  unbroken ??= run();
  return unbroken;
};

test('terminal and supervisor killed, preempted twice, taken up on another machine: the same weights', async () => {
  // A commit that wants a reload: what is hardest to live with.
  await standIn().fault('commit_reload', {}, {}, null);
  const weights = await expected();
  const terminal = home().open([...trainingOf(home(), steps), ...pay]);
  const run = await until('a run', () => home().runs()[0]);
  await checkpointed(home(), run, 10);
  terminal.kill('SIGKILL');
  await terminal.exited;
  killSupervisor(home(), run);
  for (let preemptions = 0; preemptions < 2; preemptions += 1) {
    const { container } = await worker(standIn());
    await sleep(500 + Math.random() * 1500);
    await standIn().admin(`containers/${container}/preempt`, {});
    await until('it is gone', async () => (await containersOf(standIn())).some(one => one.container === container && one.finished));
  }
  const other = new Home({ env: standIn().env });
  try {
    const attached = await other.run(['attach', run, '--json']);
    expect(attached.exitCode).toBe(0);
    expect(last(attached.stdout)).toMatchObject({ type: 'result', outcome: 'done' });
    expect(weightsOf(other, run, steps)).toEqual(weights);
    const after = eventsOf(other, run, 'container').flatMap(event => (event.container === 'w1' ? [event.after ?? 'first'] : []));
    expect(after).toEqual(['first', 'preemption', 'preemption']);
    expect(eventsOf(other, run, 'resumed').every(({ exact }) => exact)).toBe(true);
  } finally {
    await other.close();
  }
});

test('longer than a container lives: a chain that nobody watches, each going on where the last one was', async () => {
  const weights = await expected();
  const modal = readFileSync(path.join(packageRoot, 'configs/modal.yaml'), 'utf8');
  home().write('config/modal.yaml', modal.replace(/^longest_call: .*$/m, 'longest_call: 24'));
  const terminal = home().open([...trainingOf(home(), steps), ...pay]);
  const run = await until('a run', () => home().runs()[0]);
  await checkpointed(home(), run, 10);
  terminal.kill('SIGKILL');
  await terminal.exited;
  killSupervisor(home(), run);
  const worked = async (name: string) => (await containersOf(standIn())).filter(one => one.function === name && one.app === app).length;
  const app = (await worker(standIn())).app;
  await until('a third container', async () => (await worked('work')) >= 3);
  const attached = await home().run(['attach', run, '--json']);
  expect([attached.exitCode, attached.stderr]).toEqual([0, '']);
  expect(last(attached.stdout)).toMatchObject({ type: 'result', outcome: 'done' });
  expect(weightsOf(home(), run, steps)).toEqual(weights);
  const after = eventsOf(home(), run, 'container').filter(event => event.after === 'time');
  expect(after.filter(({ role }) => role === 'worker').length).toBeGreaterThanOrEqual(2);
  expect(after.filter(({ role }) => role === 'coordinator').length).toBeGreaterThanOrEqual(1);
});
