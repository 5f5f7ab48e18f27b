/** Making a private environment, whatever goes into it: a turn, an empty environment, what is installed, a stamp; errors in plain words. */
import { rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { UserError } from '../errors/errors.ts';
import { fileFailure } from '../errors/file-failure.ts';
import { makeFolder, writeJsonAtomic } from '../process/files.ts';
import { acquireLock, type Lock } from '../process/lock.ts';
import { freeBytes } from '../process/room.ts';
import { size } from '../text/format.ts';
import { paths } from '../util/paths.ts';
import { diagnose, hintFor, type SetupCommand } from './diagnose.ts';
import { noVenv, type Python } from './python.ts';
import { pythonIn, stampFile } from './python-env.ts';
import { type Environ, type JobEnd, runJob } from './setup-process.ts';

export type SetupOptions = {
  readonly onProgress: (progress: Progress) => void;
  readonly signal: AbortSignal;
  /** Where programs are looked up; a test passes its own PATH. */
  readonly env?: Environ;
};

const lockFolder = (): string => path.join(paths().python, 'lock');
export const setupLog = (): string => path.join(paths().data, 'setup.log');

/** What of a person's own environment would lead pip astray inside ours. */
export const childEnvironment = (env: Environ, python: string): Environ => {
  const { FORCE_COLOR, PYTHONPATH, PYTHONHOME, PIP_TARGET, PIP_PREFIX, PIP_ROOT, VIRTUAL_ENV, CONDA_PREFIX, ...rest } = env;
  return {
    PIP_RETRIES: '2',
    ...rest,
    // Unset would not do: pip.conf may say `user = true` too.
    PIP_USER: '0',
    PIP_DISABLE_PIP_VERSION_CHECK: '1',
    PIP_NO_INPUT: '1',
    PIP_REQUIRE_VIRTUALENV: '0',
    PYTHONNOUSERSITE: '1',
    PYTHONUNBUFFERED: '1',
    PYTHONUTF8: '1',
    TMPDIR: buildFolder(),
    UV_PYTHON: python,
    UV_PYTHON_DOWNLOADS: 'never',
    NO_COLOR: '1',
    // Messages are read for their causes, so they must be in English.
    LC_ALL: 'C',
  };
};

/** Waits for its turn; says so once a second. */
const takeTurn = async ({ onProgress, signal }: SetupOptions): Promise<Lock> => {
  for (;;) {
    signal.throwIfAborted();
    const acquired = acquireLock(lockFolder());
    if ('lock' in acquired) return acquired.lock;
    onProgress({ step: 'Waiting for another set-up', detail: `process ${acquired.owner.pid} is at it` });
    await pause(1000, undefined, { signal });
  }
};

/** An error of the file system in words; any other as it is. */
const inWords = (error: unknown): unknown => {
  const failure = fileFailure(error);
  return failure === undefined ? error : new UserError(failure);
};

/** Throws a `UserError` when less than `needed` bytes are free there. */
export const checkDisk = (folder: string, needed: number, command: SetupCommand = 'ann-tui setup'): void => {
  const free = freeBytes(folder);
  if (free === undefined || free >= needed) return;
  throw new UserError({
    what: 'The disk is too full',
    why: `${folder} has ${size(free)} free; the environment needs ${size(needed)}`,
    kept: 'nothing was changed',
    hint: hintFor('df -h && ann-tui setup', command),
  });
};

/**
 * Where everything temporary goes while the lock is held. Not the system's: that one may be small, forbid programs, and keep what a killed
 * installer left.
 */
export const buildFolder = (): string => path.join(paths().python, 'build');

export type Work = {
  /** By what a person would do it. */
  readonly command: SetupCommand;
  readonly python: Python;
  readonly folder: string;
  readonly env: Environ;
  readonly options: SetupOptions;
  /** What a line of pip or uv is about; undefined keeps the last step. */
  readonly stepOf: (line: string) => Pick<Progress, 'step' | 'fraction'> | undefined;
};

/** Runs one command of the work; every line is kept in the log. */
export const job = async (
  work: Work,
  what: string,
  command: string,
  args: readonly string[],
  cwd: string,
  first: Progress,
): Promise<JobEnd> => {
  const { onProgress, signal } = work.options;
  let step: Progress = first;
  onProgress(step);
  return await runJob({
    python: work.python.executable,
    command,
    args,
    cwd,
    env: work.env,
    log: setupLog(),
    signal,
    onLine: said => {
      const line = said.trim();
      if (line === '') return;
      step = { ...step, ...work.stepOf(line) };
      onProgress({ ...step, detail: line.slice(0, 200) });
    },
  }).catch(error => {
    throw signal.aborted
      ? error
      : new UserError({ what: `${what} failed`, why: String(error), kept: `the full log: ${setupLog()}`, hint: 'ann-tui doctor' });
  });
};

/** Throws what the installer's last words mean. */
export const mustEnd = (work: Work, end: JobEnd, what: string): void => {
  if (end.code === 0) return;
  const tail = end.signal === null ? end.tail : [...end.tail, `killed by ${end.signal}`];
  throw new UserError(diagnose(what, tail, setupLog(), work.command));
};

/** An environment with nothing but pip in it. */
const makeEmpty = async (work: Work, uv: string | undefined): Promise<void> => {
  const progress = { step: 'Making a Python environment', fraction: 0.1 };
  if (uv !== undefined) {
    const end = await job(
      work,
      'Making the environment',
      uv,
      ['venv', '--seed', '--python', work.python.executable, work.folder],
      '/',
      progress,
    );
    if (end.code === 0) return;
    // Without venv there is nothing to stand in, and uv's reason is the one to tell.
    if (!work.python.venv) mustEnd(work, end, 'Making the environment');
    rmSync(work.folder, { recursive: true, force: true });
  }
  const end = await job(work, 'Making the environment', work.python.executable, ['-I', '-m', 'venv', work.folder], '/', progress);
  // venv leaves a half environment with a bin/python in it, and says why on stdout.
  if (end.code !== 0 && end.tail.some(line => line.includes('ensurepip'))) throw noVenv(work.python, work.env);
  mustEnd(work, end, 'Making the environment');
};

export type Wanted = {
  /** For a person: "Installing". */
  readonly what: string;
  /** What pip is to install: folders, or "modal==1.6.4". */
  readonly wanted: readonly string[];
  /** Where it is done. */
  readonly cwd: string;
  readonly first: Progress;
  readonly uvOptions?: readonly string[];
};

/** One `pip install` of the environment's own pip. */
export const byPip = (work: Work, what: string, args: readonly string[], cwd: string, first: Progress): Promise<JobEnd> =>
  job(work, what, pythonIn(work.folder), ['-I', '-m', 'pip', 'install', '--progress-bar=off', ...args], cwd, first);

/** By uv where it is there, else by pip: that may be configured with a mirror or a proxy that uv knows nothing of. */
export const install = async (work: Work, uv: string | undefined, { what, wanted, cwd, first, uvOptions = [] }: Wanted): Promise<void> => {
  const python = pythonIn(work.folder);
  if (uv !== undefined) {
    const end = await job(work, what, uv, ['pip', 'install', ...uvOptions, '--python', python, ...wanted], cwd, first);
    if (end.code === 0) return;
  }
  mustEnd(work, await byPip(work, what, wanted, cwd, first), what);
};

/** With an empty build folder, which is gone afterwards. */
export const withBuildFolder = async <T>(work: () => Promise<T>): Promise<T> => {
  rmSync(buildFolder(), { recursive: true, force: true });
  makeFolder(buildFolder());
  try {
    return await work();
  } finally {
    rmSync(buildFolder(), { recursive: true, force: true, maxRetries: 3 });
  }
};

/**
 * A fresh environment at `work.folder`: `fill` installs, tries it and returns what the stamp is to say, which is written last. What fails
 * leaves nothing.
 */
export const makeEnvironment = (work: Work, uv: string | undefined, fill: () => Promise<object>): Promise<void> =>
  withBuildFolder(async () => {
    // What a killed set-up had started may still be ending.
    rmSync(work.folder, { recursive: true, force: true, maxRetries: 5 });
    try {
      await makeEmpty(work, uv);
      const stamp = await fill();
      writeJsonAtomic(stampFile(work.folder), { ...stamp, python: work.python.family, made: new Date().toISOString() });
    } catch (error) {
      rmSync(work.folder, { recursive: true, force: true, maxRetries: 3 });
      throw error;
    }
  });

/** `make`, once its turn has come, unless another has done it meanwhile. Throws a `UserError`, or the signal's reason when aborted. */
export const inTurn = async (options: SetupOptions, isReady: () => boolean, make: () => Promise<void>): Promise<void> => {
  if (isReady()) return;
  try {
    makeFolder(paths().python);
    const lock = await takeTurn(options);
    try {
      if (!isReady()) await make();
    } finally {
      lock.release();
    }
  } catch (error) {
    throw options.signal.aborted ? options.signal.reason : inWords(error);
  }
};

/** A long thing under way: one line now, and how far. */
export type Progress = {
  readonly step: string;
  /** 0…1 when it can be known. */
  readonly fraction?: number;
  readonly detail?: string;
  readonly etaSeconds?: number;
};
