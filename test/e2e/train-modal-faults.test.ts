/** What goes wrong at Modal while something is trained there: nothing is lost beyond the last commit, nothing is trained twice, and it is told. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { beforeAll, expect, test } from 'vitest';
import { packageRoot } from '../../src/util/paths.ts';
import { modalPython } from '../support/stand-in.ts';
import { until } from '../support/until.ts';
import { takeFew } from './few-patients.ts';
import { givenHome, givenTorchStandIn } from './given.ts';
import { Home } from './program.ts';
import { checkpointed, containersOf, eventsOf, trainingOf, weightsOf, worker } from './training-there.ts';

const standIn = givenTorchStandIn();
const home = givenHome(standIn);

const pay = ['--budget', '5', '--yes'];
const steps = 40;

type Record = Readonly<{ [name: string]: unknown }>;
const last = (stdout: string): Record => JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');

let weights: Readonly<{ [file: string]: string }> = {};
beforeAll(async () => {
  const sender = new Home({ env: standIn().env });
  try {
    await takeFew(sender);
    expect((await sender.run(['sync', 'few', '--target', 'modal', '--yes'])).exitCode).toBe(0);
    expect((await sender.run([...trainingOf(sender, steps), ...pay])).exitCode).toBe(0);
    weights = weightsOf(sender, sender.runs()[0] ?? '', steps);
  } finally {
    await sender.close();
  }
});

/** Launches what is launched already, as a second machine would that knows nothing of the first; the app. */
const launchedAgain = async (launch: string): Promise<string> => {
  const python = modalPython();
  const { stdout } = await execa(python, ['-m', 'modal', 'run', '--detach', path.join(packageRoot, 'modal/apps/training.py')], {
    env: { ...standIn().env, ANN_TUI_LAUNCH: launch, MODAL_LOGS_TIMEOUT: '0', COLUMNS: '1000', PYTHONUTF8: '1' },
  });
  const said = stdout.split('\n').find(line => line.startsWith('{"ann_tui"'));
  return String(JSON.parse(said ?? '{}').app);
};

test('two coordinators, by force: one trains, and the other one leaves without touching anything', async () => {
  home().open([...trainingOf(home(), steps), ...pay]);
  const run = await until('a run', () => home().runs()[0]);
  await checkpointed(home(), run, 10);
  const { app } = await worker(standIn());
  const second = await launchedAgain(path.join(home().folder, 'data/runs', run, 'job/launch-1.json'));
  const ofSecond = async () => (await containersOf(standIn())).filter(one => one.app === second);
  await until('the second one has left', async () => {
    const found = await ofSecond();
    return found.length > 0 && found.every(({ finished }) => finished);
  });
  expect((await ofSecond()).map(one => one.function)).toEqual(['coordinate']);
  await home().ended(run);
  expect(last((await home().run(['show', run, '--json'])).stdout)).toMatchObject({ outcome: 'done', attempt: 1 });
  expect((await containersOf(standIn())).filter(one => one.app === app && one.function === 'work')).toHaveLength(1);
  expect(weightsOf(home(), run, steps)).toEqual(weights);
});

test('commits refused, slow, answered by nobody; an old mount after a preemption: the same weights, and it is told', async () => {
  const results = { volume: 'ann-results' };
  home().open([...trainingOf(home(), steps), ...pay]);
  const run = await until('a run', () => home().runs()[0]);
  await until('a container that trains', () => eventsOf(home(), run, 'model').length > 0);
  await standIn().fault('volume_commit', results, { message: 'the volume is busy' }, 3);
  await checkpointed(home(), run, 10);
  await standIn().fault('lost_reply', { rpc: 'VolumeCommit', side: 'container' }, {}, 1);
  await standIn().fault('delay', { rpc: 'VolumeCommit', side: 'container' }, { seconds: 3 }, 2);
  const { container } = await worker(standIn());
  await standIn().fault('volume_old', results, { commits: 2 }, 1);
  await standIn().admin(`containers/${container}/preempt`, {});
  await home().ended(run);
  await standIn().clear();
  expect(last((await home().run(['show', run, '--json'])).stdout)).toMatchObject({ outcome: 'done', attempt: 1 });
  expect(weightsOf(home(), run, steps)).toEqual(weights);
  const [resumed] = eventsOf(home(), run, 'resumed');
  expect(resumed).toMatchObject({ exact: true });
  expect(Number(resumed?.step)).toBeGreaterThanOrEqual(10);
  expect(home().runFile(run, 'job/log')).toMatch(/results could not be kept.*the volume is busy/);
});

/** The model of the others, with something more in its forward pass. */
const withModel = (more: string): readonly string[] => {
  const words = trainingOf(home(), steps);
  const file = path.join(home().folder, 'patient.py');
  const text = readFileSync(file, 'utf8').replace('        power = signal', `${more}\n        power = signal`);
  home().write('patient.py', text);
  return words;
};

test.each<readonly [string, string, RegExp, RegExp]>([
  [
    'memory that runs out in the first step',
    '        if self.training and len(signal) > 6:\n            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")',
    /Memory ran out/,
    /next: ann-tui train .* --target modal --hardware t4 --set windows\.batch=4 --set training\.accumulate=2/,
  ],
  [
    'a loss that is no number',
    '        if self.training and not hasattr(self, "n"):\n            self.n = 0\n        self.n = getattr(self, "n", 0) + 1\n        if self.training and self.n > 30:\n            signal = signal * float("nan")',
    /loss is nan|no number|not finite/i,
    /ann-tui /,
  ],
])('%s: named, with what can be typed next', async (_, more, says, next) => {
  const done = await home().run([...withModel(more), '--set', 'windows.batch=8', ...pay]);
  expect(done.exitCode).toBe(1);

  expect(`${done.stdout}\n${done.stderr}`).toMatch(says);
  expect(`${done.stdout}\n${done.stderr}`).toMatch(next);
});
