/** Makes the private Python environment: finds what is needed, installs, compiles the core, tries it, and stamps it last. */
import { cpSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../errors/errors.ts';
import { listRuns } from '../runs/store.ts';
import { paths } from '../util/paths.ts';
import { workloads } from '../workloads/registry.ts';
import { onPath } from './advice.ts';
import { compiledBelow } from './compile-progress.ts';
import { chooseCompiler, probeCompilers } from './compiler.ts';
import { diagnose } from './diagnose.ts';
import {
  buildFolder,
  checkDisk,
  childEnvironment,
  install,
  inTurn,
  makeEnvironment,
  type Progress,
  type SetupOptions,
  setupLog,
  type Work,
} from './making.ts';
import { choosePython, probePythons, suitsCore } from './python.ts';
import {
  environmentFolder,
  environmentFolders,
  packages,
  pythonIn,
  readStamp,
  setupStatus,
  sourceFiles,
  sourceFolder,
  sourcesKey,
} from './python-env.ts';
import { ask, type Environ } from './setup-process.ts';
import { removeOldCopies } from './training/packages.ts';

export { type SetupOptions, setupLog } from './making.ts';

/** numpy, scipy, h5py, pip and the compiled core, which are 262 MB, with downloads and what the build needs for a while. */
const neededBytes = 500e6;

/** A copy to build from: a package manager's folder may be read-only, and stays as it was published. */
const copySources = (): readonly string[] => {
  for (const file of sourceFiles()) cpSync(path.join(sourceFolder(), file), path.join(buildFolder(), file));
  return packages.map(name => path.join(buildFolder(), name));
};

const compiling = { step: 'Compiling the C++ core', fraction: 0.5 } as const;
const compilingShare = 0.4;
const lookEvery = 500;

/** The installer says nothing while the compiler works: what is compiled already is told in between. */
const withCompiling = async <T>(options: SetupOptions, work: (options: SetupOptions) => Promise<T>): Promise<T> => {
  let step = '';
  let told = 0;
  let furthest = 0;
  const onProgress = (progress: Progress): void => {
    step = progress.step;
    // The installer speaks of the same step again when it is over.
    furthest = Math.max(furthest, progress.fraction ?? 0);
    options.onProgress({ ...progress, fraction: furthest });
  };
  const timer = setInterval(() => {
    const compiled = step === compiling.step ? compiledBelow(buildFolder()) : undefined;
    if (compiled === undefined || compiled.done === told) return;
    told = compiled.done;
    onProgress({
      ...compiling,
      fraction: compiling.fraction + (compilingShare * compiled.done) / compiled.total,
      detail: `${compiled.done} of ${compiled.total} files compiled`,
    });
  }, lookEvery);
  try {
    return await work({ ...options, onProgress });
  } finally {
    clearInterval(timer);
  }
};

/** What a line of pip or uv is about; undefined keeps the last step. */
const stepOf = (line: string): Pick<Progress, 'step' | 'fraction'> | undefined => {
  if (/Installing build dependencies|Getting requirements|Preparing metadata/.test(line))
    return { step: 'Getting build tools', fraction: 0.2 };
  if (/^\s*(Collecting|Downloading|Using cached)/.test(line)) return { step: 'Getting numpy, scipy and h5py', fraction: 0.4 };
  if (/\bBuilding\b/.test(line)) return compiling;
  if (/Installing collected|Installed \d+|Prepared \d+/.test(line)) return { step: 'Installing', fraction: 0.9 };
  return undefined;
};

const tryOut = async (work: Work): Promise<void> => {
  work.options.onProgress({ step: 'Trying it', fraction: 0.97 });
  for (const module of new Set(workloads.map(workload => workload.module))) {
    const { code, stdout, stderr } = await ask(pythonIn(work.folder), ['-I', '-m', module, 'info'], work.env, '', 60);
    if (code !== 0) throw new UserError(diagnose('Trying the installed core', `${stdout}\n${stderr}`.split('\n'), setupLog()));
  }
};

/** Environments without a stamp: nobody but the holder of the lock makes them, so they are remains. */
const removeRemains = (): void => {
  for (const folder of environmentFolders()) if (readStamp(folder) === undefined) rmSync(folder, { recursive: true, force: true });
};

const dayMs = 86_400_000;

/** Environments of other versions, a day old: two versions that are used in turns keep theirs, and a live run keeps all. */
const removeOutdated = (current: string): void => {
  if (listRuns().some(({ status }) => status !== 'ended')) return;
  for (const folder of environmentFolders()) {
    const made = Date.parse(readStamp(folder)?.made ?? '');
    if (folder !== current && Date.now() - made > dayMs) rmSync(folder, { recursive: true, force: true });
  }
  removeOldCopies(dayMs);
};

const make = async (options: SetupOptions, outer: Environ): Promise<void> => {
  const { onProgress, signal } = options;
  if (process.platform === 'win32') {
    const why = 'the C++ core and the jobs need Linux or macOS; Windows has Linux inside, as WSL';
    throw new UserError({ what: 'Windows itself cannot run the jobs', why, hint: 'wsl --install' });
  }
  onProgress({ step: 'Looking for Python and a compiler', fraction: 0.02 });
  const uv = onPath('uv', outer);
  const [pythons, compilers] = await Promise.all([probePythons(outer, suitsCore(uv)), probeCompilers(outer)]);
  signal.throwIfAborted();
  const python = choosePython(pythons, outer, uv === undefined);
  const compiler = chooseCompiler(compilers, outer);
  checkDisk(paths().python, neededBytes);
  writeFileSync(setupLog(), '', { mode: 0o600 });
  removeRemains();
  const folder = environmentFolder(python.family);
  // The compiler that was tried is the one that builds.
  const env = { CXX: compiler.command, ...childEnvironment(outer, python.executable) };
  const work: Work = { command: 'ann-tui setup', python, folder, env, options, stepOf };
  const fill = async () => {
    const sources = copySources();
    const first = { step: 'Getting build tools', fraction: 0.2 };
    await withCompiling(options, told =>
      install({ ...work, options: told }, uv, { what: 'Installing', wanted: sources, cwd: buildFolder(), first }),
    );
    await tryOut(work);
    return { v: 1, sources: sourcesKey() };
  };
  await makeEnvironment(work, uv, fill);
  removeOutdated(folder);
  onProgress({ step: 'Ready', fraction: 1 });
};

/**
 * Does nothing when the environment is ready. Throws a `UserError` that names what is missing, or the signal's reason when
 * aborted; either way no half environment is left.
 */
export const setup = (options: SetupOptions): Promise<void> =>
  inTurn(
    options,
    () => setupStatus().ready,
    () => make(options, options.env ?? process.env),
  );
