/** docs/coming-from-brain-go-brr.md, command by command: each one that the page names is typed here, with the real client against the stand-in. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readDoc } from '../support/generated.ts';
import { motoEnv } from '../support/moto.ts';
import { plant } from '../support/planted.ts';
import { until } from '../support/until.ts';
import { givenTorchStandIn } from './given.ts';
import { hasPackage, type Newcomer, openNewcomer, signIn, withBuckets } from './origin-session.ts';
import { checkpointed } from './training-there.ts';

const page = readDoc('coming-from-brain-go-brr.md');

/** Every command line of the page: in its tables, its text and its fenced lines. */
const commands = [
  ...new Set([
    ...[...page.matchAll(/`(ann-tui [^`]+)`/g)].map(([, one = '']) => one),
    ...[...page.matchAll(/^(ann-tui .+?)(?:\s+#.*)?$/gm)].map(([, one = '']) => one),
  ]),
];

const standIn = givenTorchStandIn(motoEnv);
let person: Newcomer;
beforeAll(async () => {
  person = await openNewcomer(standIn());
});
afterAll(() => person?.close());

const trainings = (): readonly string[] => person.home.runs().filter(name => name.startsWith('train-'));

/** The newest training: names of runs are no order. */
let newest = '';

/** A config of theirs: at first one whose training has a middle. */
let file = 'mine.yaml';

/** What the page leaves to the person: names of theirs. */
const given = (word: string): string =>
  ({
    RUN: newest,
    FILE: file,
    DIR: 'copied',
    FOLDER: 'tuh_eeg_seizure_v2.0.0',
    TRUTH: 'tuh_eeg_seizure_v2.0.0',
    PRED: 'told',
  })[word] ?? word;

const wordsOf = (command: string): readonly string[] => command.split(' ').slice(1).map(given);

const isThere = (...names: readonly string[]): void => {
  for (const name of names) expect(existsSync(path.join(person.work, name)), name).toBe(true);
};

const useQuick = (): void => {
  file = 'quick.yaml';
};

/** In a terminal, typed as it stands; `answers` to what it asks. */
const asked = async (command: string, answers: readonly (readonly [RegExp, string])[]): Promise<void> => {
  const terminal = person.home.open(wordsOf(command), { cwd: person.work, cols: 120, rows: 40 });
  for (const [question, answer] of answers) {
    await terminal.waitFor(question);
    await terminal.press(answer, 'enter');
  }
  expect((await terminal.exited).exitCode).toBe(0);
};

/** Begun in a terminal, which is killed once a checkpoint is there. */
const begun = async (command: string): Promise<void> => {
  const before = trainings();
  const terminal = person.home.open([...wordsOf(command), '--yes'], { cwd: person.work });
  const refused = terminal.exited.then(() => {
    throw new Error(`it ended before a run was there:\n${terminal.screen()}`);
  });
  newest = await Promise.race([refused, until('a run', () => trainings().find(name => !before.includes(name)))]);
  refused.catch(() => undefined);
  await checkpointed(person.home, newest, 5);
  terminal.kill('SIGKILL');
  await terminal.exited;
};

type Line = readonly [command: string, says: RegExp | ((command: string) => Promise<void>), more?: readonly string[], after?: () => void];

const pay = ['--yes'];

/** Without TensorBoard or W&B a curve is nothing to be had: then what brings them is said. */
const curves =
  (name: string): Line[1] =>
  async command => {
    // With W&B there it would leave this machine.
    if (hasPackage(name) && command.endsWith('--online')) return;
    const { exitCode, stdout, stderr } = await person.home.run(wordsOf(command), '', person.work);
    if (hasPackage(name)) expect([exitCode, stdout]).toEqual([0, expect.stringContaining('curves')]);
    else expect([exitCode, stderr]).toEqual([2, expect.stringContaining(`next: ann-tui setup --training --with ${name}`)]);
  };

/** In the order of somebody's first days; `more` is what a person answers or pays in a terminal. */
const session: readonly Line[] = [
  ['ann-tui doctor', /✓ Modal client/],
  ['ann-tui auth', () => signIn(standIn())],
  ['ann-tui auth --status', /acme\/main/],
  ['ann-tui setup --training', /Ready:/],
  ['ann-tui info', /modal\.yaml/],
  ['ann-tui prices', /^a100-80gb .*80 GiB/m],
  ['ann-tui prices --region us --gpu A100-80GB', /in us: \$/],
  ['ann-tui train --help', /laptop, smoke_test, tusz_train_a100/],
  ['ann-tui train --config tusz_train_a100 --measure --dry-run', /A100-80GB .*est\.[\s\S]*RTX 4090/],
  ['ann-tui train --config tusz_train_a100 --gpu A100-80GB --measure --dry-run', /A100-80GB/],

  ['ann-tui sync tusz --from FOLDER', /13 recordings/],
  ['ann-tui sync tusz', /tusz/],
  ['ann-tui datasets tusz', /train +6 +6/],
  ['ann-tui train --config tusz_train_a100.yaml --dry-run', /dry run: nothing was started/],
  ['ann-tui prepare --dataset tusz', /done in/],
  ['ann-tui train --config FILE --dry-run', /dry run: nothing was started/],
  ['ann-tui train --config FILE', begun],
  ['ann-tui stop RUN', /stopped|stopping/],
  ['ann-tui resume RUN', /done in/, [], () => useQuick()],
  ['ann-tui train --config FILE --set training.device=cpu', /done in/],
  ['ann-tui train --config smoke_test', /done in/],
  ['ann-tui evaluate --checkpoint RUN --dry-run', /dry run: nothing was started/],
  ['ann-tui evaluate --checkpoint RUN --dataset tusz', /done in/],
  ['ann-tui results RUN', /AUROC/],
  ['ann-tui score TRUTH PRED', /F1/],
  ['ann-tui sync chb-mit', /13 recordings|chb-mit/],
  ['ann-tui train --dataset chb-mit --montage bipolar', /done in/],
  ['ann-tui export tensorboard RUN --out curves', curves('tensorboard')],
  ['ann-tui export tensorboard RUN', curves('tensorboard')],
  ['ann-tui export wandb RUN', curves('wandb')],
  ['ann-tui export wandb RUN --online', curves('wandb')],

  ['ann-tui secrets create wandb-secret', command => asked(command, [[/WANDB_API_KEY/, plant()]])],
  ['ann-tui sync tusz --from FOLDER --target modal', /tusz is on ann-datasets: \S+ MB, verified/],
  ['ann-tui sync chb-mit --target modal', /chb-mit is on ann-datasets/, pay],
  ['ann-tui train --config smoke_test --target modal --gpu T4 --budget 1', /done in/, pay],
  ['ann-tui sync ./tuh_eeg_seizure_v2.0.0 --to s3://your-eeg-bucket/corpora/tusz/', /every checksum compared/],
  [
    'ann-tui secrets create aws-s3-secret',
    command =>
      asked(
        command,
        Object.entries({ ...person.keys, AWS_SESSION_TOKEN: '' }).map(([name, value]) => [new RegExp(`${name}[^\\n]*:`), value] as const),
      ),
  ],
  ['ann-tui volumes rm ann-datasets stores', /stores/, pay],
  ['ann-tui sync tusz --target modal', /s3:\/\/your-eeg-bucket\/corpora\/tusz/, pay],
  ['ann-tui train --config tusz_train_a100 --target modal --gpu A100-80GB --budget 250', begun],
  ['ann-tui runs', /smoke_test|train-/],
  ['ann-tui logs RUN --image', /✓ Created objects/],
  ['ann-tui stop RUN', /stopped|stopping/],
  ['ann-tui resume RUN', /done in/, pay],
  ['ann-tui logs RUN --follow', /\[w1\]/],
  ['ann-tui attach RUN', /done/],
  ['ann-tui results RUN', /AUROC/],
  ['ann-tui results RUN --json', /"outcome":"done"/],
  ['ann-tui results RUN --get DIR', /copied/],
  ['ann-tui results RUN --get results', /results/, [], () => isThere('results')],
  ['ann-tui predict night.edf --checkpoint RUN', /night_events\.tsv/, [], () => isThere('night_events.tsv')],
  ['ann-tui predict night.edf --checkpoint RUN --out events', /night_events\.tsv/, [], () => isThere('events/night_events.tsv')],
  ['ann-tui evaluate --checkpoint RUN --dataset tusz --target modal --budget 1', /done in/, pay],
  ['ann-tui cost', /train-/],
  ['ann-tui volumes checkpoints', /train-/],
  ['ann-tui volumes clean --older-than 30d --dry-run', /No checkpoint is there that could go/],

  ['ann-tui volumes create brain-go-brr-data', /brain-go-brr-data/],
  [
    'ann-tui volumes put brain-go-brr-data ./data/preprocessed /preprocessed',
    async command => {
      await typed([command, /brain-go-brr-data/]);
      expect(await person.home.run(['volumes', 'get', 'brain-go-brr-data', '/preprocessed/windows.npz', '-'])).toMatchObject({
        stdout: 'windows',
      });
    },
  ],
  [
    'ann-tui volumes create brain-go-brr-results',
    async command => {
      await typed([command, /brain-go-brr-results/]);
      // What its training left there.
      for (const name of ['checkpoints', 'evaluations'])
        await typed([`ann-tui volumes put brain-go-brr-results ./old/${name} /${name}`, /brain-go-brr-results/]);
    },
  ],
  [
    'ann-tui volumes get brain-go-brr-results /checkpoints ./results/checkpoints',
    /best\.pt|1 file/,
    [],
    () => isThere('results/checkpoints/checkpoints/best.pt'),
  ],
  [
    'ann-tui volumes get brain-go-brr-results /evaluations ./results/evaluations',
    /metrics\.json|1 file/,
    [],
    () => isThere('results/evaluations/evaluations/metrics.json'),
  ],
  ['ann-tui volumes', /brain-go-brr-results/],
  // All that it looks at is looked at in test/src/selftest; here it says its price, and is not told to go on.
  ['ann-tui selftest --target modal', command => asked(command, [[/Start it\? It costs money/, 'n']])],
];

/** Types it without a terminal. */
const typed = async ([command, says, more = [], after]: Line): Promise<void> => {
  if (typeof says === 'function') return await says(command);
  const before = trainings();
  const { exitCode, stdout, stderr } = await person.home.run([...wordsOf(command), ...more], '', person.work);
  newest = trainings().find(name => !before.includes(name)) ?? newest;
  if (exitCode !== 0 || !says.test(stdout)) throw new Error(`exit code ${exitCode}, wanted ${says}:\n${stdout}\n${stderr}`);
  after?.();
};

test('each command of the page is typed below', () => {
  expect([...new Set(session.map(([command]) => command))].toSorted()).toEqual(commands.toSorted());
});

test.each(session.map(line => [line[0], line] as const))('%s', async (_, line) => {
  // From here on the recordings are where the page says.
  if (line[0] === 'ann-tui volumes rm ann-datasets stores')
    withBuckets(person.home, /```yaml\n(buckets:[\s\S]*?)```/.exec(page)?.[1] ?? '');
  await typed(line);
});
