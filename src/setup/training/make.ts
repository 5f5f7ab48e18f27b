/** Makes the training environment, or adds to the one that is there; tried before it is stamped. */
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../../errors/errors.ts';
import { writeJsonAtomic } from '../../process/files.ts';
import { listRuns } from '../../runs/store.ts';
import { size } from '../../text/format.ts';
import { paths } from '../../util/paths.ts';
import { workloads } from '../../workloads/registry.ts';
import { onPath } from '../advice.ts';
import { diagnose } from '../diagnose.ts';
import { bytesBelow } from '../disk.ts';
import {
  buildFolder,
  byPip,
  checkDisk,
  childEnvironment,
  inTurn,
  makeEnvironment,
  mustEnd,
  type Progress,
  type SetupOptions,
  setupLog,
  type Work,
  withBuildFolder,
} from '../making.ts';
import { choosePython, type Python, probePython, probePythons } from '../python.ts';
import { pythonIn, stampFile } from '../python-env.ts';
import { ask, type Environ } from '../setup-process.ts';
import { refuseWithLiveRuns } from '../uninstall.ts';
import { hasWheels, packagesWith, pythonRange, torchVersion } from './contents.ts';
import { isPure, ownPackages } from './packages.ts';
import { neededBytes, type TrainingPlan } from './plan.ts';
import {
  isSound,
  ownVariables,
  readTrainingStamp,
  type TrainingStamp,
  trainingFolder,
  trainingFolders,
  trainingStamps,
  type Variant,
} from './status.ts';
import { installTorch } from './torch.ts';
import { type TorchFacts, tryTorch } from './trial.ts';

const command = 'ann-tui setup --training';

const stepOf = (line: string): Pick<Progress, 'step' | 'fraction'> | undefined => {
  if (/^\s*Installing collected packages: .*\btorch\b/.test(line)) return { step: 'Installing PyTorch', fraction: 0.5 };
  if (/^\s*Installing collected/.test(line)) return { step: 'Installing', fraction: 0.85 };
  return undefined;
};

/** Nothing but wheels is installed: no compiler and no Python.h are needed, and a Python for which there are wheels. */
const choose = async (env: Environ, uv: string | undefined): Promise<Python> => {
  const suits = ({ family, venv }: Python) => hasWheels(family) && (venv || uv !== undefined);
  const probes = await probePythons(env, suits);
  const found = probes.flatMap(probe => ('python' in probe ? [probe.python] : []));
  const fit = found.find(suits);
  if (fit !== undefined) return fit;
  const strange = found.find(({ family }) => !hasWheels(family));
  if (strange === undefined) return choosePython(probes, env, uv === undefined);
  throw new UserError({
    what: `PyTorch ${torchVersion} has no wheels for Python ${strange.family}`,
    why: `there are some for ${pythonRange.oldest} to ${pythonRange.newest}, and no such Python is on the PATH`,
    kept: 'nothing was changed',
    hint: 'ANN_TUI_PYTHON=python3.12 ann-tui setup --training',
  });
};

const lookEvery = 1000;
/** Less is no word worth. */
const worthTelling = 5e6;

/** pip says nothing while it fetches: how much lies there already is told in between. */
const withFetched = async <T>(options: SetupOptions, download: number, work: (options: SetupOptions) => Promise<T>): Promise<T> => {
  let last: Progress = { step: 'Getting PyTorch' };
  const onProgress = (progress: Progress): void => {
    last = progress;
    options.onProgress(progress);
  };
  const timer = setInterval(async () => {
    const bytes = await bytesBelow(buildFolder());
    if (bytes < worthTelling || last.step.startsWith('Installing')) return;
    const share = Math.min(1, bytes / download);
    options.onProgress({ ...last, fraction: 0.2 + 0.3 * share, detail: `${size(bytes)} of about ${size(download)}` });
  }, lookEvery);
  try {
    return await work({ ...options, onProgress });
  } finally {
    clearInterval(timer);
  }
};

const installPackages = async (work: Work, packages: readonly string[]): Promise<void> => {
  const step = { step: 'Getting the other packages', fraction: 0.7 };
  mustEnd(work, await byPip(work, 'Installing', packages, '/', step), 'Installing');
};

/** PyTorch and the packages as they import, and our own on the path of a job. */
const tryOut = async (work: Work, packages: readonly string[]): Promise<TorchFacts> => {
  work.options.onProgress({ step: 'Trying it', fraction: 0.95 });
  const trial = await tryTorch(work.folder, packages, work.env);
  const wrong = (lines: readonly string[]) => new UserError(diagnose('Trying PyTorch', lines, setupLog(), work.command));
  if ('fault' in trial) throw wrong(trial.fault);
  const env = { ...work.env, ...ownVariables() };
  const modules = workloads.filter(one => one.packages.every(isPure)).map(one => one.module);
  for (const module of new Set(modules)) {
    const { code, stdout, stderr } = await ask(pythonIn(work.folder), ['-m', module, 'info'], env, '', 60);
    if (code !== 0) throw wrong(`${stdout}\n${stderr}`.split('\n'));
  }
  return trial.facts;
};

/** PyPI's wheels for some machines are without it. */
const noCuda = (torch: string): UserError =>
  new UserError({
    what: 'PyTorch for NVIDIA GPUs could not be had',
    why: `what there is for this machine, ${torch}, computes on CPUs`,
    kept: 'nothing was changed',
    hint: 'ann-tui setup --training --torch cpu',
  });

const now = (): string => new Date().toISOString();

const stampFor = (facts: TorchFacts, variant: Variant, plan: TrainingPlan): Omit<TrainingStamp, 'python' | 'made'> => ({
  v: 1,
  torch: facts.torch,
  // By the name that its owner knows, where it is somebody's.
  torchFolder: plan.what === 'beside' ? plan.named.torchFolder : facts.folder,
  variant,
  packages: packagesWith(plan.extras),
  extras: plan.extras,
  chosen: now(),
});

/** Folder of packages inside an environment. */
const sitePackages = (folder: string): string => {
  const [version = ''] = readdirSync(path.join(folder, 'lib')).filter(name => name.startsWith('python'));
  return path.join(folder, 'lib', version, 'site-packages');
};

/** Environments without a stamp are remains: nobody but the holder of the lock makes them. Nor is one kept that cannot be used again. */
const removeRemains = (current: string): void => {
  const live = listRuns().some(({ status }) => status !== 'ended');
  for (const folder of trainingFolders()) {
    const stamp = readTrainingStamp(folder);
    const useless = stamp === undefined || (!live && !isSound(folder, stamp));
    if (folder !== current && useless) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
};

type Fresh = Exclude<TrainingPlan, { what: 'add' }>;

const make = async (plan: Fresh, options: SetupOptions, outer: Environ): Promise<void> => {
  options.onProgress({ step: 'Looking for Python', fraction: 0.02 });
  const uv = onPath('uv', outer);
  const python = plan.what === 'beside' ? plan.named.python : await choose(outer, uv);
  options.signal.throwIfAborted();
  checkDisk(paths().python, neededBytes(plan), command);
  writeFileSync(setupLog(), '', { mode: 0o600 });
  const variant = plan.what === 'beside' ? 'system' : plan.build;
  const folder = trainingFolder(python.family, plan.what === 'beside' ? plan.named.torch : torchVersion, variant);
  removeRemains(folder);
  // Another interpreter with the same PyTorch was named: what is there is in the way.
  if (readTrainingStamp(folder) !== undefined) refuseWithLiveRuns(listRuns());
  const work: Work = { command, python, folder, env: childEnvironment(outer, python.executable), options, stepOf };
  const packages = packagesWith(plan.extras);
  await makeEnvironment(work, uv, async () => {
    if (plan.what === 'beside') {
      // Its packages are found behind those of the environment.
      writeFileSync(path.join(sitePackages(folder), 'ann-tui-torch.pth'), `${plan.named.sites.join('\n')}\n`);
      await installPackages(work, packages);
    } else {
      await withFetched(options, neededBytes(plan), told => installTorch({ ...work, options: told }, plan.build));
      // With it, so that what it needs comes too and no other version takes its place.
      await installPackages(work, [`torch==${torchVersion}`, ...packages]);
    }
    const facts = await tryOut(work, packages);
    if (variant === 'cuda' && facts.cuda === null) throw noCuda(facts.torch);
    return stampFor(facts, variant, plan);
  });
};

type Addition = Extract<TrainingPlan, { what: 'add' }>;

const add = async ({ folder, stamp, missing, extras, ...sizes }: Addition, options: SetupOptions, outer: Environ): Promise<void> => {
  const packages = packagesWith(extras);
  if (missing.length > 0) {
    const probe = await probePython(pythonIn(folder), outer);
    if (!('python' in probe)) throw new UserError({ what: 'The training environment does not run', why: probe.unfit, hint: remake });
    checkDisk(paths().python, neededBytes(sizes), command);
    writeFileSync(setupLog(), '', { mode: 0o600 });
    const work: Work = { command, python: probe.python, folder, env: childEnvironment(outer, pythonIn(folder)), options, stepOf };
    await withBuildFolder(async () => {
      await installPackages(work, [...(stamp.variant === 'system' ? [] : [`torch==${stamp.torch}`]), ...missing]);
      await tryOut(work, packages);
    });
  }
  writeJsonAtomic(stampFile(folder), { ...stamp, packages, extras, chosen: now() });
};

const remake = 'ann-tui uninstall --training --yes && ann-tui setup --training';

/** Whether the environment that is used is what the plan wants. */
const isDone = (plan: TrainingPlan): boolean => {
  const [first] = trainingStamps();
  if (first === undefined || !isSound(first.folder, first.stamp)) return false;
  const { folder, stamp } = first;
  if (!packagesWith(plan.extras).every(line => stamp.packages.includes(line))) return false;
  if (plan.what === 'add') return folder === plan.folder;
  return plan.what === 'fresh' ? stamp.variant === plan.build : stamp.torchFolder === plan.named.torchFolder;
};

/**
 * Does what was planned; nothing when it is done already. Throws a `UserError` that names what is missing, or the signal's reason when
 * aborted; either way no half environment is left.
 */
export const makeTraining = async (plan: TrainingPlan, options: SetupOptions): Promise<void> => {
  const outer = options.env ?? process.env;
  await inTurn(
    options,
    () => isDone(plan),
    () => (plan.what === 'add' ? add(plan, options, outer) : make(plan, options, outer)),
  );
  ownPackages();
  options.onProgress({ step: 'The training environment is ready', fraction: 1 });
};
