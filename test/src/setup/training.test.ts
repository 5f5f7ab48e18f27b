/** The environment with PyTorch, against machines played by scripts: nothing is fetched, and what would be is looked at. */

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { UserError } from '../../../src/errors/errors.ts';
import type { Failure } from '../../../src/errors/failure.ts';
import { trainingCheck } from '../../../src/setup/doctor-training.ts';
import { checkDisk, type Progress } from '../../../src/setup/making.ts';
import { environmentFolder, pythonIn, sourcesKey, stampFile } from '../../../src/setup/python-env.ts';
import { setupLog } from '../../../src/setup/setup.ts';
import { extraNames, packagesWith } from '../../../src/setup/training/contents.ts';
import { makeTraining } from '../../../src/setup/training/make.ts';
import { ownPackages, packageCopies, removeOldCopies } from '../../../src/setup/training/packages.ts';
import { planText, planTraining, type TrainingWish } from '../../../src/setup/training/plan.ts';
import { readTrainingStamp, trainingEnvironment, trainingFolder, trainingStatus } from '../../../src/setup/training/status.ts';
import { requirementOf, triesOf } from '../../../src/setup/training/torch.ts';
import { belongings, removeBelongings } from '../../../src/setup/uninstall.ts';
import { packageRoot, paths } from '../../../src/util/paths.ts';
import { givenHome } from '../../support/home.ts';
import { createFakePath, type FakePath } from './fake-path.ts';
import { pipLines, playTraining } from './fake-training.ts';

givenHome();
let fake: FakePath;
beforeEach(() => {
  fake = createFakePath();
});
afterEach(() => fake.remove());

const run = async (wish: TrainingWish = {}, env: Record<string, string> = {}, signal = new AbortController().signal) => {
  const steps: Progress[] = [];
  const outer = { ...fake.env, ...env };
  await makeTraining(await planTraining(wish, outer), { onProgress: step => steps.push(step), signal, env: outer });
  return steps;
};

const failing = async (wish: TrainingWish = {}, env: Record<string, string> = {}): Promise<Failure> => {
  const error = await run(wish, env).then(
    () => new Error('set-up went well'),
    (thrown: unknown) => thrown,
  );
  if (error instanceof UserError) return error.failure;
  throw error;
};

const cpuFolder = (): string => trainingFolder('3.11', '2.13.0', 'cpu');
const leftovers = (): readonly string[] =>
  readdirSync(paths().python).filter(name => name !== 'lock' && !name.startsWith('packages-') && !name.startsWith('py3'));
const onLinux = test.runIf(process.platform === 'linux');

describe('what pip is asked for', () => {
  test.each(['linux', 'darwin'] as const)('on %s the first try never leaves the machine', platform => {
    for (const build of ['cpu', 'cuda'] as const) expect(triesOf(build, platform)[0]?.args).toContain('--no-index');
  });

  test('on Linux no build for CPUs is asked for by a name that the gigabytes have too', () => {
    for (const { args } of triesOf('cpu', 'linux')) expect(args).toContain('torch==2.13.0+cpu');
    expect(triesOf('cpu', 'linux').map(({ args }) => args.find(arg => arg.startsWith('--index-url')))).toEqual([
      undefined,
      undefined,
      '--index-url=https://download.pytorch.org/whl/cpu',
    ]);
    expect(requirementOf('cuda', 'linux')).toBe('torch==2.13.0,!=2.13.0+cpu');
    expect(requirementOf('cpu', 'darwin')).toBe('torch==2.13.0');
  });

  test('the ranges are those that the package itself is installed with', () => {
    const project = readFileSync(path.join(packageRoot, 'modal/seizure/pyproject.toml'), 'utf8');
    const [, list = ''] = /^dependencies = \[(.*)\]$/m.exec(project) ?? [];
    const own = [...list.matchAll(/"([^"]+)"/g)].map(([, line = '']) => line).filter(line => !line.startsWith('ann-tui-'));
    expect(own.length).toBeGreaterThan(2);
    expect(packagesWith([])).toEqual(expect.arrayContaining(own));
  });
});

describe('set-up that goes well', () => {
  onLinux('takes what lies on the machine, then the other packages; stamped last; once', async () => {
    playTraining(fake);
    expect(trainingStatus()).toEqual({ ready: false, why: 'it was never set up', never: true });
    expect(() => trainingEnvironment()).toThrow(/not ready/);
    const steps = await run();
    expect(steps.map(({ step }) => step)).toContain('Looking for PyTorch on this machine');
    const [first, second, ...more] = pipLines(fake);
    expect(first).toBe('--no-cache-dir --no-index --no-deps torch==2.13.0+cpu');
    expect(second).toBe(`torch==2.13.0 ${packagesWith([]).join(' ')}`);
    expect(more).toEqual([]);
    expect(trainingStatus()).toEqual({ ready: true, folder: cpuFolder(), torch: '2.13.0+cpu', variant: 'cpu', extras: [], python: '3.11' });
    expect(await run()).toEqual([{ step: 'The training environment is ready', fraction: 1 }]);
    expect(leftovers()).toEqual([path.basename(cpuFolder())]);
  });

  test('its Python finds our packages, and only those that need no compiling', async () => {
    playTraining(fake);
    await run();
    const { python, env } = trainingEnvironment();
    expect(python).toBe(pythonIn(trainingFolder('3.11', '2.13.0', 'cpu')));
    const copy = env.PYTHONPATH as string;
    expect(readdirSync(copy).toSorted()).toEqual(['jobkit', 'seizure']);
    expect(existsSync(path.join(copy, 'seizure/event-schema.json'))).toBe(true);
    expect(readFileSync(path.join(fake.folder, 'modules'), 'utf8')).toContain(`${copy} -m seizure info`);
  });

  onLinux('where nothing lies here, pip’s own index is asked by the small name, then that of PyTorch', async () => {
    playTraining(fake, { pip: 'case "$*" in *index-url*|*numpy*) exit 0 ;; esac; echo "ERROR: No matching distribution found"; exit 1' });
    await run();
    expect(pipLines(fake).map(line => line.replace(/ numpy.*/, ''))).toEqual([
      '--no-cache-dir --no-index --no-deps torch==2.13.0+cpu',
      '--no-cache-dir --no-deps --retries=1 --timeout=10 torch==2.13.0+cpu',
      '--no-cache-dir --no-deps --retries=1 --timeout=10 --index-url=https://download.pytorch.org/whl/cpu torch==2.13.0+cpu',
      'torch==2.13.0',
    ]);
  });

  test('two at once: the second waits, and does not do it again', async () => {
    playTraining(fake, { pip: 'case "$*" in *no-index*) sleep 1; echo once >> "$HOME/installs" ;; esac; exit 0' });
    const [first, second] = await Promise.all([run(), run()]);
    expect([...first, ...second].some(({ step }) => step === 'Waiting for another set-up')).toBe(true);
    expect(readFileSync(path.join(fake.folder, 'installs'), 'utf8')).toBe('once\n');
  });

  test('remains of a killed one go', async () => {
    playTraining(fake);
    mkdirSync(path.join(cpuFolder(), 'bin'), { recursive: true });
    mkdirSync(path.join(paths().python, 'training-py3.9-torch2.4.0-cpu/bin'), { recursive: true });
    expect(trainingStatus()).toEqual({ ready: false, why: 'the last set-up did not finish' });
    await run();
    expect(leftovers()).toEqual([path.basename(cpuFolder())]);
  });

  test('a release of ours costs nothing of it, and brings what it needs more', async () => {
    playTraining(fake);
    await run();
    const stamp = readTrainingStamp(cpuFolder());
    writeFileSync(stampFile(cpuFolder()), JSON.stringify({ ...stamp, packages: packagesWith([]).slice(1) }));
    expect(trainingStatus()).toMatchObject({ ready: false, why: `it lacks ${packagesWith([])[0]}` });
    const plan = await planTraining({}, fake.env);
    expect(plan).toMatchObject({ what: 'add', download: 0, missing: [packagesWith([])[0]] });
    await run();
    expect(pipLines(fake).at(-1)).toBe(`torch==2.13.0+cpu ${packagesWith([])[0]}`);
    expect(trainingStatus().ready).toBe(true);
  });
});

describe('extras', () => {
  test('are added to what is there, and stay wanted', async () => {
    playTraining(fake);
    await run();
    await run({ extras: ['onnx'] });
    expect(pipLines(fake).at(-1)).toMatch(/^torch==2\.13\.0\+cpu onnx>=\S+ onnxruntime>=\S+ onnxscript>=\S+$/);
    expect(trainingStatus()).toMatchObject({ ready: true, extras: ['onnx'] });
    const before = pipLines(fake).length;
    await run();
    await run({ extras: ['onnx'] });
    expect(pipLines(fake).length).toBe(before);
    await run({ extras: ['tensorboard'] });
    expect(trainingStatus()).toMatchObject({ extras: ['onnx', 'tensorboard'] });
  });

  test('that cannot be had leave what was there', async () => {
    playTraining(fake, { pip: 'case "$*" in *wandb*) echo "ERROR: Temporary failure in name resolution"; exit 1 ;; esac; exit 0' });
    await run();
    expect(await failing({ extras: ['wandb'] })).toMatchObject({
      what: 'The package index cannot be reached',
      hint: 'ann-tui setup --training',
    });
    expect(trainingStatus()).toMatchObject({ ready: true, extras: [] });
  });

  test('can be asked for from the beginning', async () => {
    playTraining(fake);
    await run({ extras: extraNames });
    expect(trainingStatus()).toMatchObject({ ready: true, extras: ['onnx', 'tensorboard', 'wandb'] });
  });
});

describe('with an NVIDIA GPU', () => {
  const gpu = () => fake.script('nvidia-smi', 'echo "GPU 0: NVIDIA A100 (UUID: x)"');

  onLinux('the large one is planned, its size said; nothing is done before somebody agrees', async () => {
    playTraining(fake, { facts: { torch: '2.13.0+cu130', cuda: '13.0', gpus: ['NVIDIA A100'] } });
    gpu();
    const plan = await planTraining({}, fake.env);
    expect(plan).toMatchObject({ what: 'fresh', build: 'cuda', download: 2.9e9 });
    expect(planText(plan)).toBe(
      'PyTorch 2.13.0 for NVIDIA GPUs: about 2.9 GB to fetch, 5.8 GB on disk, 5 to 30 minutes, as fast as the network is',
    );
    await run();
    expect(pipLines(fake)[0]).toBe('--no-cache-dir --no-index torch==2.13.0,!=2.13.0+cpu');
    expect(trainingStatus()).toMatchObject({ variant: 'cuda', torch: '2.13.0+cu130' });
    expect(await trainingCheck(fake.env)).toMatchObject({ verdict: 'ok', found: expect.stringContaining('NVIDIA A100') });
  });

  onLinux('a person may want the small one; both stay, the one chosen last is used', async () => {
    playTraining(fake);
    gpu();
    await run({ torch: 'cpu' });
    expect(trainingStatus()).toMatchObject({ variant: 'cpu' });
    playTraining(fake, { facts: { torch: '2.13.0+cu130', cuda: '13.0' } });
    await run({ torch: 'cuda' });
    expect(trainingStatus()).toMatchObject({ variant: 'cuda' });
    const before = pipLines(fake).length;
    await run({ torch: 'cpu' });
    expect(trainingStatus()).toMatchObject({ variant: 'cpu' });
    expect(pipLines(fake).length).toBe(before);
  });

  onLinux('what turns out to compute on CPUs only is told', async () => {
    playTraining(fake);
    gpu();
    expect(await failing()).toMatchObject({
      what: 'PyTorch for NVIDIA GPUs could not be had',
      hint: 'ann-tui setup --training --torch cpu',
    });
    expect(leftovers()).toEqual([]);
  });

  test('a driver that does not answer is none', async () => {
    fake.script('nvidia-smi', 'echo "NVIDIA-SMI has failed because it could not communicate with the driver"; exit 9');
    expect(await planTraining({}, fake.env)).toMatchObject({ build: 'cpu' });
  });
});

test('what lies on the machine is known before anybody is asked, by the pip of the core’s environment', async () => {
  const core = environmentFolder('3.11');
  mkdirSync(path.join(core, 'bin'), { recursive: true });
  writeFileSync(stampFile(core), JSON.stringify({ v: 1, sources: sourcesKey(), python: '3.11', made: '' }));
  const answer = (code: number) => writeFileSync(pythonIn(core), `#!/bin/sh\necho "$@" >> "$HOME/asked"\nexit ${code}\n`, { mode: 0o755 });
  answer(0);
  const there = await planTraining({}, fake.env);
  expect(there.download).toBe(0);
  expect(planText(there)).toContain('nothing large to fetch');
  answer(1);
  expect((await planTraining({}, fake.env)).download).toBeGreaterThan(1e8);
  for (const line of readFileSync(path.join(fake.folder, 'asked'), 'utf8').trim().split('\n'))
    expect(line).toContain('pip install --dry-run --quiet --no-index --no-deps');
});

describe('what goes wrong is told with a command that mends it, and leaves nothing', () => {
  const unreachable = 'NewConnectionError: Failed to establish a new connection: [Errno -3] Temporary failure in name resolution';

  onLinux('no network', async () => {
    playTraining(fake, {
      pip: `case "$*" in *no-index*) ;; *) echo "WARNING: Retrying after connection broken by '${unreachable}'" ;; esac; echo "ERROR: No matching distribution found"; exit 1`,
    });
    const failure = await failing();
    expect(failure).toMatchObject({ what: 'The package index cannot be reached', hint: 'ann-tui setup --training' });
    expect(failure.kept).toBe(`the full log: ${setupLog()}`);
    expect(leftovers()).toEqual([]);
    expect(trainingStatus().ready).toBe(false);
  });

  onLinux('only PyTorch’s own index is out of reach: the larger one of PyPI is offered with its size', async () => {
    playTraining(fake, {
      pip: `case "$*" in *index-url*) echo "WARNING: Retrying after connection broken by '${unreachable}'" ;; esac; echo "ERROR: No matching distribution found"; exit 1`,
    });
    const failure = await failing();
    expect(failure).toMatchObject({ what: 'PyTorch for CPUs could not be fetched', hint: 'ann-tui setup --training --torch cuda' });
    expect(failure.why).toMatch(/name resolution.*2\.9 GB to fetch, 5\.8 GB on disk/);
  });

  test.each<readonly [string, string, RegExp]>([
    ['a full disk', 'OSError: [Errno 28] No space left on device', /disk is full/],
    ['a proxy', "ProxyError('Cannot connect to proxy.')", /proxy does not let/],
    ['a strange certificate', '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed', /could not be trusted/],
    ['no wheel for this machine', 'ERROR: No matching distribution found for torch==2.13.0', /no fitting package/],
  ])('%s', async (_name, words, what) => {
    playTraining(fake, { pip: `echo "${words}"; exit 1` });
    const failure = await failing();
    expect(failure.what).toMatch(what);
    expect(failure.hint).toMatch(/ann-tui setup --training$/);
    expect(leftovers()).toEqual([]);
  });

  test('a PyTorch that does not import gets no stamp', async () => {
    playTraining(fake, { trial: 'echo "ImportError: libcublasLt.so.13: cannot open shared object file" >&2; exit 1' });
    expect(await failing()).toMatchObject({ what: 'Trying PyTorch failed', why: expect.stringContaining('libcublasLt') });
    expect(leftovers()).toEqual([]);
  });

  test('a Python too new: an older one beside it is taken, without one it is told', async () => {
    playTraining(fake, { version: [3, 19, 0] });
    expect(await failing()).toMatchObject({
      what: 'PyTorch 2.13.0 has no wheels for Python 3.19',
      hint: 'ANN_TUI_PYTHON=python3.12 ann-tui setup --training',
    });
    playTraining(fake, { version: [3, 12, 1], name: 'python3.12' });
    await run();
    expect(trainingStatus()).toMatchObject({ ready: true, python: '3.12' });
  });

  test('too small a disk, said before anything is begun', () => {
    expect(() => checkDisk(paths().python, 1e18, 'ann-tui setup --training')).toThrow(
      expect.objectContaining({
        failure: expect.objectContaining({ what: 'The disk is too full', hint: 'df -h && ann-tui setup --training' }),
      }),
    );
  });

  test('an abort', async () => {
    playTraining(fake, { pip: 'echo started; sleep 60; exit 0' });
    const controller = new AbortController();
    const going = makeTraining(await planTraining({}, fake.env), {
      onProgress: ({ detail }) => detail === 'started' && controller.abort(new Error('enough')),
      signal: controller.signal,
      env: fake.env,
    });
    await expect(going).rejects.toThrow('enough');
    expect(leftovers()).toEqual([]);
  });
});

describe('the PyTorch of an interpreter that a person names', () => {
  /** A Python with PyTorch, and a folder of packages. */
  const withTorch = (name: string, torch = '2.7.1'): string => {
    const sites = path.join(fake.folder, 'theirs/site-packages');
    mkdirSync(path.join(sites, 'torch'), { recursive: true });
    playTraining(fake, { facts: { torch } });
    const reply = JSON.stringify({ torch, folder: path.join(sites, 'torch'), sites: [sites] });
    fake.script(name, `if [ "$1" = -c ]; then echo '${reply}'; exit 0; fi\nexec "${path.join(fake.folder, 'bin/python3')}" "$@"`);
    return sites;
  };

  test.each(['system', 'path'])('%s: its packages stand behind ours, and pip gets what is missing only', async how => {
    const sites = withTorch('python3.12');
    await run({ torch: how === 'system' ? 'system' : path.join(fake.folder, 'bin/python3.12') });
    const status = trainingStatus();
    expect(status).toMatchObject({ ready: true, variant: 'system', torch: '2.7.1' });
    const pth = path.join(trainingFolder('3.11', '2.7.1', 'system'), 'lib/python3.11/site-packages/ann-tui-torch.pth');
    expect(readFileSync(pth, 'utf8')).toBe(`${sites}\n`);
    expect(pipLines(fake)).toEqual([packagesWith([]).join(' ')]);
  });

  test('that has none, or one too old, or is nothing', async () => {
    playTraining(fake);
    const file = path.join(fake.folder, 'bin/python3');
    expect(await failing({ torch: file })).toMatchObject({
      what: `${file} will not do`,
      why: "ModuleNotFoundError: No module named 'torch'",
      hint: 'ann-tui setup --training',
    });
    expect(await failing({ torch: 'system' })).toMatchObject({ what: 'No Python on the PATH has PyTorch' });
    withTorch('python3.12', '1.13.1');
    expect((await failing({ torch: path.join(fake.folder, 'bin/python3.12') })).why).toBe('its PyTorch is 1.13.1; >=2.4,<3 is needed');
    expect(await failing({ torch: '/no/python' })).toMatchObject({ what: 'There is no /no/python' });
    const wanted = 'a path of a Python that has PyTorch, or of the folder of its environment, is wanted; or: system, cpu, cuda';
    fake.script('noise', 'echo "no such file: $*" >&2; exit 2');
    fake.script('hangs', 'kill -9 $$');
    for (const [torch, why] of [
      ['/bin/ls', 'it is no Python'],
      [path.join(fake.folder, 'bin/noise'), 'it is no Python'],
      [path.join(fake.folder, 'bin/hangs'), 'it is no Python'],
      ['/tmp', 'it is a folder without bin/python in it'],
      ['/etc/passwd', 'it is no program'],
    ] as const)
      expect(await failing({ torch })).toMatchObject({ what: `${torch} will not do`, why: `${why}; ${wanted}` });
    expect(existsSync(paths().python)).toBe(false);
  });

  test('that vanishes is told, and then our own is made', async () => {
    withTorch('python3.12');
    await run({ torch: 'system' });
    const stamp = readTrainingStamp(trainingFolder('3.11', '2.7.1', 'system'));
    rmSync(stamp?.torchFolder ?? '', { recursive: true });
    expect(trainingStatus()).toMatchObject({ ready: false, why: expect.stringContaining('is gone from') });
    playTraining(fake);
    await run();
    expect(trainingStatus()).toMatchObject({ ready: true, variant: 'cpu' });
    expect(leftovers()).toEqual([path.basename(cpuFolder())]);
  });
});

describe('our packages', () => {
  test('are copied once, whole, and go when they are of another version and old', () => {
    const copy = ownPackages();
    expect(ownPackages()).toBe(copy);
    const old = path.join(paths().python, 'packages-0000');
    const recent = path.join(paths().python, 'packages-1111');
    for (const folder of [old, recent]) mkdirSync(folder);
    utimesSync(old, 1, 1);
    removeOldCopies(86_400_000);
    expect(packageCopies().toSorted()).toEqual([copy, recent].toSorted());
  });
});

test('doctor and uninstall know it', async () => {
  expect(await trainingCheck(fake.env)).toMatchObject({ verdict: 'ok', found: expect.stringContaining('made when first needed') });
  playTraining(fake);
  await run();
  expect(await trainingCheck(fake.env)).toMatchObject({
    verdict: 'ok',
    found: expect.stringMatching(/^PyTorch 2\.13\.0 for CPUs, Python 3\.11; no GPU seen/),
  });
  const names = (await belongings('training')).map(({ name }) => name);
  expect(names).toEqual(['training environment: PyTorch 2.13.0 for CPUs', 'training environment: our packages']);
  const all = await belongings();
  expect(all.map(({ name }) => name)).toEqual([...names, 'Python environment', 'set-up log']);
  await removeBelongings(await belongings('training'));
  expect(trainingStatus()).toMatchObject({ never: true });
  expect(existsSync(paths().python)).toBe(true);
});

test('one that is broken is told with what mends it', async () => {
  playTraining(fake);
  await run();
  writeFileSync(pythonIn(cpuFolder()), '#!/bin/sh\necho "ImportError: libtorch.so" >&2\nexit 1\n');
  expect(await trainingCheck(fake.env)).toEqual({
    name: 'Training',
    verdict: 'warn',
    found: 'it does not work: ImportError: libtorch.so',
    fix: 'ann-tui uninstall --training --yes && ann-tui setup --training',
  });
  rmSync(pythonIn(cpuFolder()));
  expect(await trainingCheck(fake.env)).toMatchObject({ found: 'not ready: the Python that it was made from is gone' });
});
