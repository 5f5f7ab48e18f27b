/** Trainings at Modal with the real client: nobody has to be there, whatever befalls the containers, and the weights are those of an unbroken run. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import { packageRoot } from '../../src/util/paths.ts';
import { until } from '../support/until.ts';
import { takeFew, writeFew } from './few-patients.ts';
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

/** What was trained is scored at Modal, carried away, and looks at a recording here. */
const isUsed = async (at: Home, run: string): Promise<void> => {
  const words = ['evaluate', '--checkpoint', run, '--dataset', 'few', '--target', 'modal', '--cpu', '2', '--memory', '4'];
  const scored = await at.run([...words, '--budget', '1', '--yes', '--json']);
  expect([scored.exitCode, scored.stderr]).toEqual([0, '']);
  const { detectors } = last(scored.stdout) as { readonly detectors: readonly { readonly title: string; readonly auroc: number }[] };
  expect(detectors.find(({ title }) => title.includes(run))?.auroc).toBeGreaterThan(0);
  const there = path.join(at.folder, 'taken');
  const taken = await at.run(['results', run, '--get', there]);
  expect([taken.exitCode, existsSync(path.join(there, 'checkpoints/seed-0/best/model.safetensors'))]).toEqual([0, true]);
  const edf = readdirSync(path.join(at.folder, 'few'), { recursive: true }).find(name => String(name).endsWith('.edf'));
  const out = path.join(at.folder, 'events');
  const predicted = await at.run(['predict', path.join(at.folder, 'few', String(edf)), '--checkpoint', run, '--out', out]);
  expect([predicted.exitCode, readdirSync(out, { recursive: true }).some(name => String(name).endsWith('.tsv'))]).toEqual([0, true]);
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
    await writeFew(other);
    const attached = await other.run(['attach', run, '--json']);
    expect(attached.exitCode).toBe(0);
    expect(last(attached.stdout)).toMatchObject({ type: 'result', outcome: 'done' });
    expect(weightsOf(other, run, steps)).toEqual(weights);
    const after = eventsOf(other, run, 'container').flatMap(event => (event.container === 'w1' ? [event.after ?? 'first'] : []));
    // One that had not begun yet leaves no word.
    expect(new Set(after)).toEqual(new Set(['first', 'preemption']));
    expect(eventsOf(other, run, 'resumed').every(({ exact }) => exact)).toBe(true);
    await isUsed(other, run);
  } finally {
    await other.close();
  }
});

test('longer than a container lives: a chain that nobody watches, each going on where the last one was', async () => {
  const weights = await expected();
  const modal = readFileSync(path.join(packageRoot, 'configs/modal.yaml'), 'utf8');
  home().write('config/modal.yaml', modal.replace(/^longest_call: .*$/m, 'longest_call: 90'));
  // A busy machine takes long to begin: each container has time for many steps all the same.
  const terminal = home().open([...trainingOf(home(), steps, 'T4', 1), ...pay]);
  const run = await until('a run', () => home().runs()[0]);
  await checkpointed(home(), run, 10);
  terminal.kill('SIGKILL');
  await terminal.exited;
  killSupervisor(home(), run);
  const worked = async (name: string) => (await containersOf(standIn())).filter(one => one.function === name && one.app === app).length;
  const app = (await worker(standIn())).app;
  await until('a third container', async () => (await worked('work')) >= 3, 600);
  const attached = await home().run(['attach', run, '--json']);
  expect([attached.exitCode, attached.stderr]).toEqual([0, '']);
  expect(last(attached.stdout)).toMatchObject({ type: 'result', outcome: 'done' });
  expect(weightsOf(home(), run, steps)).toEqual(weights);
  const after = eventsOf(home(), run, 'container').filter(event => event.after === 'time');
  expect(after.filter(({ role }) => role === 'worker').length).toBeGreaterThanOrEqual(2);
  expect(after.filter(({ role }) => role === 'coordinator').length).toBeGreaterThanOrEqual(1);
});
