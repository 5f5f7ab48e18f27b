/**
 * The environment with PyTorch: found, judged, never made here. It is keyed by Python, PyTorch and variant and not by our sources, so that a
 * new version of ours costs no gigabytes; our own packages go on its path.
 */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../../errors/errors.ts';
import { readJson } from '../../process/files.ts';
import { paths } from '../../util/paths.ts';
import { pythonIn, stampFile } from '../python-env.ts';
import { type Extra, isTorchSupported, packagesWith } from './contents.ts';
import { ownPackages } from './packages.ts';

/** `system`: PyTorch is that of an interpreter which a person named. */
export type Variant = 'cpu' | 'cuda' | 'system';

export type TrainingStamp = {
  readonly v: 1;
  /** "2.13.0+cpu" */
  readonly torch: string;
  /** Folder of that PyTorch: it vanishes where it belongs to somebody else. */
  readonly torchFolder: string;
  readonly variant: Variant;
  /** What pip was asked for beside PyTorch. */
  readonly packages: readonly string[];
  readonly extras: readonly Extra[];
  /** "3.11" */
  readonly python: string;
  /** ISO date and time; of several environments the one chosen last is used. */
  readonly made: string;
  readonly chosen: string;
};

export type TrainingStatus =
  | ({ readonly ready: true; readonly folder: string } & Pick<TrainingStamp, 'torch' | 'variant' | 'extras' | 'python'>)
  | {
      readonly ready: false;
      readonly why: string;
      /** There is nothing of it at all. */
      readonly never?: boolean;
    };

const builds: Readonly<Record<Variant, string>> = {
  cpu: 'for CPUs',
  cuda: 'for NVIDIA GPUs',
  system: 'of another environment',
};

/** "PyTorch 2.13.0 for CPUs" */
export const torchText = (torch: string, variant: Variant): string => `PyTorch ${torch.replace(/\+.*/, '')} ${builds[variant]}`;

/** "training-py3.11-torch2.13.0-cpu" */
export const trainingFolder = (python: string, torch: string, variant: Variant): string =>
  path.join(paths().python, `training-py${python}-torch${torch.replace(/\+.*/, '')}-${variant}`);

/** Every folder that such an environment was or is in. */
export const trainingFolders = (): readonly string[] => {
  try {
    return readdirSync(paths().python, { withFileTypes: true })
      .filter(entry => entry.isDirectory() && entry.name.startsWith('training-'))
      .map(entry => path.join(paths().python, entry.name));
  } catch {
    return [];
  }
};

/** The stamp of a finished environment; undefined for remains. */
export const readTrainingStamp = (folder: string): TrainingStamp | undefined => {
  const stamp = readJson(stampFile(folder)) as TrainingStamp | undefined;
  return stamp?.v === 1 && typeof stamp.torch === 'string' && Array.isArray(stamp.packages) ? stamp : undefined;
};

/** What makes a finished one useless for good; undefined when nothing does. */
const flawOf = (folder: string, { torch, torchFolder }: TrainingStamp): string | undefined => {
  // The link goes dead when the system's Python is upgraded away.
  if (!existsSync(pythonIn(folder))) return 'the Python that it was made from is gone';
  if (!existsSync(torchFolder)) return `the PyTorch that it uses is gone from ${torchFolder}`;
  if (!isTorchSupported(torch)) return `its PyTorch ${torch} is none that this version works with`;
  return undefined;
};

/** Whether it can be used, once it has every package. */
export const isSound = (folder: string, stamp: TrainingStamp): boolean => flawOf(folder, stamp) === undefined;

/** Finished ones, the one chosen last first. */
export const trainingStamps = (): readonly { readonly folder: string; readonly stamp: TrainingStamp }[] =>
  trainingFolders()
    .flatMap(folder => {
      const stamp = readTrainingStamp(folder);
      return stamp === undefined ? [] : [{ folder, stamp }];
    })
    .sort((a, b) => b.stamp.chosen.localeCompare(a.stamp.chosen));

/** What is there: ready, or why not. Spawns nothing. */
export const trainingStatus = (): TrainingStatus => {
  const [first] = trainingStamps();
  if (first === undefined) {
    const begun = trainingFolders().length > 0;
    return begun ? { ready: false, why: 'the last set-up did not finish' } : { ready: false, why: 'it was never set up', never: true };
  }
  const { folder, stamp } = first;
  const missing = packagesWith(stamp.extras).filter(line => !stamp.packages.includes(line));
  const why = flawOf(folder, stamp) ?? (missing.length === 0 ? undefined : `it lacks ${missing.join(', ')}`);
  if (why !== undefined) return { ready: false, why };
  const { torch, variant, extras, python } = stamp;
  return { ready: true, folder, torch, variant, extras, python };
};

export type TrainingEnvironment = {
  /** Absolute path of its Python. */
  readonly python: string;
  /** Variables by which that Python finds our packages. Started with `-I` it would not. */
  readonly env: Readonly<Record<string, string>>;
};

/** Neither a file of the job's folder nor a package of the person's home may stand in for one of the environment. */
export const ownVariables = (): Readonly<Record<string, string>> => ({
  PYTHONPATH: ownPackages(),
  PYTHONSAFEPATH: '1',
  PYTHONNOUSERSITE: '1',
});

/** The environment to run what needs PyTorch with. Throws a `UserError` when there is none. */
export const trainingEnvironment = (): TrainingEnvironment => {
  const status = trainingStatus();
  if (!status.ready)
    throw new UserError({ what: 'The training environment is not ready', why: status.why, hint: 'ann-tui setup --training' });
  return { python: pythonIn(status.folder), env: ownVariables() };
};
