/** Modal's own client: found, judged, or installed into a private environment of its own. The local core does without it. */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { loadModal, type ModalConfig } from '../config/modal.ts';
import { toFailure, UserError } from '../errors/errors.ts';
import type { Failure } from '../errors/failure.ts';
import { isSupported, rangeText } from '../modal-client/version.ts';
import { readJson } from '../process/files.ts';
import { listRuns } from '../runs/store.ts';
import { paths } from '../util/paths.ts';
import { onPath } from './advice.ts';
import { diagnose } from './diagnose.ts';
import {
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
import { choosePython, type Probe, type Python, probePythons, suitsCore } from './python.ts';
import { pythonIn, stampFile } from './python-env.ts';
import { ask, type Environ } from './setup-process.ts';

export type ModalProgram = {
  /** A Python that can import the client. */
  readonly python: string;
  /** The `modal` program. */
  readonly program: string;
  /** "1.6.4" */
  readonly version: string;
};

export type ModalClientStatus =
  | ({ readonly ready: true; readonly private: boolean } & ModalProgram)
  | {
      readonly ready: false;
      readonly why: string;
      /** There is nothing of it at all. */
      readonly never?: boolean;
    };

type Stamp = { readonly v: 1; readonly modal: string; readonly python: string; readonly made: string };

type Client = ModalConfig['client'];

/** The client and what it needs. */
const neededBytes = 300e6;

const folderFor = (version: string, python: string): string => path.join(paths().python, `modal-${version}-py${python}`);

const programIn = (folder: string): string => path.join(folder, 'bin', 'modal');

const folders = (): readonly string[] => {
  try {
    return readdirSync(paths().python, { withFileTypes: true })
      .filter(entry => entry.isDirectory() && entry.name.startsWith('modal-'))
      .map(entry => path.join(paths().python, entry.name));
  } catch {
    return [];
  }
};

/** The stamp of a finished environment; undefined for remains. */
const readStamp = (folder: string): Stamp | undefined => {
  const stamp = readJson(stampFile(folder)) as Stamp | undefined;
  return stamp?.v === 1 && typeof stamp.modal === 'string' && typeof stamp.made === 'string' ? stamp : undefined;
};

/** Our own, by its stamp; spawns nothing. */
const privateStatus = (client: Client): ModalClientStatus => {
  const stamped = folders().flatMap(folder => {
    const stamp = readStamp(folder);
    return stamp === undefined ? [] : [{ folder, stamp }];
  });
  const ours = stamped.filter(({ stamp }) => stamp.modal === client.version);
  // The link goes dead when the system's Python is upgraded away.
  const usable = ours.find(({ folder }) => existsSync(pythonIn(folder)));
  if (usable !== undefined) {
    const { folder } = usable;
    return { ready: true, private: true, python: pythonIn(folder), program: programIn(folder), version: client.version };
  }
  if (ours.length > 0) return { ready: false, why: 'the Python that it was made from is gone' };
  if (stamped.length > 0) return { ready: false, why: `${client.version} is wanted, ${stamped[0]?.stamp.modal} is there` };
  if (folders().length > 0) return { ready: false, why: 'the last set-up did not finish' };
  return { ready: false, why: 'it was never set up', never: true };
};

/** The interpreter of an installed script: its first line, or the second of the form that long paths get ("'''exec' /path/python …"). */
export const interpreterOf = (script: string): string | undefined => {
  const [first = '', second = ''] = script.split('\n', 2);
  const direct = /^#!\s*(\/\S*python\S*)\s*$/.exec(first)?.[1];
  return direct ?? /^'''exec' '?(\/[^']*?python[^\s']*)'? /.exec(second)?.[1];
};

const versionQuestion = 'import importlib.metadata as m; print(m.version("modal"))';

/** A client on the PATH that will do. */
const pathStatus = async (client: Client, env: Environ): Promise<ModalClientStatus> => {
  const program = onPath('modal', env);
  if (program === undefined) return { ready: false, why: 'no modal is on the PATH', never: true };
  let script: string;
  try {
    script = readFileSync(program, 'utf8').slice(0, 4096);
  } catch (error) {
    return { ready: false, why: `${program} cannot be read (${(error as NodeJS.ErrnoException).code})` };
  }
  const python = interpreterOf(script);
  if (python === undefined) return { ready: false, why: `${program} is no program of a Python client` };
  // Isolated, as the helper will be started: a client in a user's own site-packages is not seen by it.
  const { code, stdout } = await ask(python, ['-I', '-c', versionQuestion], { PATH: env.PATH, HOME: env.HOME });
  const version = stdout.trim();
  if (code !== 0 || version === '') return { ready: false, why: `${program}: its Python does not find the client` };
  if (!isSupported(version, client)) return { ready: false, why: `${program} is ${version}; ${rangeText(client)} is needed` };
  return { ready: true, private: false, python, program, version };
};

/**
 * Modal's client as it is there: our own first, because its version is known, else the one on the PATH. Nothing is spawned for our own.
 * Throws a usage error for a broken configs/modal.yaml.
 */
export const modalClientStatus = async (env: Environ = process.env): Promise<ModalClientStatus> => {
  const { client } = (await loadModal()).value;
  const own = privateStatus(client);
  if (own.ready) return own;
  const found = await pathStatus(client, env);
  if (found.ready) return found;
  if (found.never) return own;
  return { ready: false, why: `${own.why}; ${found.why}` };
};

/** The client to use. Throws a `UserError` when there is none. */
export const modalProgram = async (env: Environ = process.env): Promise<ModalProgram> => {
  const status = await modalClientStatus(env);
  if (status.ready) return status;
  throw new UserError({
    what: "Modal's client is not ready",
    why: status.why,
    kept: 'everything local works without it',
    hint: 'ann-tui setup',
  });
};

const stepOf = (line: string): Pick<Progress, 'step' | 'fraction'> | undefined => {
  if (/^\s*(Collecting|Downloading|Using cached|Resolved)/.test(line)) return { step: "Getting Modal's client", fraction: 0.4 };
  if (/Installing collected|Installed \d+|Prepared \d+/.test(line)) return { step: "Installing Modal's client", fraction: 0.8 };
  return undefined;
};

/** It needs no compiler and no Python.h: the first Python that can make an environment. */
const choose = (probes: readonly Probe[], env: Environ, uv: string | undefined): Python => {
  const fit = probes.flatMap(probe => ('python' in probe ? [probe.python] : []));
  return fit.find(({ venv }) => venv || uv !== undefined) ?? choosePython(probes, env, uv === undefined);
};

/** Imports it as the helper will, away from the person's own profile file, which may be broken. */
const tryOut = async (work: Work, version: string): Promise<void> => {
  work.options.onProgress({ step: "Trying Modal's client", fraction: 0.95 });
  const env = { ...work.env, MODAL_CONFIG_PATH: '/dev/null' };
  const { code, stdout, stderr } = await ask(pythonIn(work.folder), ['-I', '-c', `import modal; ${versionQuestion}`], env, '', 120);
  if (code === 0 && stdout.trim() === version && existsSync(programIn(work.folder))) return;
  throw new UserError(diagnose("Trying Modal's client", `${stdout}\n${stderr}`.split('\n'), setupLog()));
};

const dayMs = 86_400_000;

/** Remains, and other versions that are a day old; a live run keeps what it was started with. */
const removeOthers = (current: string): void => {
  const live = listRuns().some(({ status }) => status !== 'ended');
  for (const folder of folders()) {
    const made = Date.parse(readStamp(folder)?.made ?? '');
    const remains = Number.isNaN(made);
    if (folder !== current && (remains || (!live && Date.now() - made > dayMs))) rmSync(folder, { recursive: true, force: true });
  }
};

const make = async (options: SetupOptions, version: string, outer: Environ): Promise<void> => {
  options.onProgress({ step: 'Looking for Python', fraction: 0.05 });
  const uv = onPath('uv', outer);
  const python = choose(await probePythons(outer, suitsCore(uv)), outer, uv);
  options.signal.throwIfAborted();
  checkDisk(paths().python, neededBytes);
  const folder = folderFor(version, python.family);
  const env = childEnvironment(outer, python.executable);
  const work: Work = { command: 'ann-tui setup', python, folder, env, options, stepOf };
  const fill = async () => {
    await install(work, uv, {
      what: "Installing Modal's client",
      wanted: [`modal==${version}`],
      cwd: '/',
      first: { step: "Getting Modal's client", fraction: 0.3 },
      // Compiled now: the helper that runs from it writes nothing.
      uvOptions: ['--compile-bytecode'],
    });
    await tryOut(work, version);
    return { v: 1, modal: version };
  };
  await makeEnvironment(work, uv, fill);
  removeOthers(folder);
  options.onProgress({ step: "Modal's client is ready", fraction: 1 });
};

/**
 * Makes our own environment of the client; does nothing when it is there. Throws a `UserError` that says what is missing, or the
 * signal's reason; either way no half environment is left.
 */
export const installModalClient = async (options: SetupOptions): Promise<void> => {
  const { client } = (await loadModal()).value;
  await inTurn(
    options,
    () => privateStatus(client).ready,
    () => make(options, client.version, options.env ?? process.env),
  );
};

/**
 * The last step of a set-up: without a network the rest stands all the same, so what went wrong is returned for a warning. Thrown is only
 * the signal's reason.
 */
export const setUpModalClient = async (options: SetupOptions): Promise<Failure | undefined> => {
  try {
    if (!(await modalClientStatus(options.env)).ready) await installModalClient(options);
    return undefined;
  } catch (error) {
    if (options.signal.aborted) throw error;
    const { why, hint, what } = toFailure(error);
    return {
      what: "Modal's client was not installed",
      why: `${what}: ${why}`,
      kept: 'everything local is ready',
      ...(hint === undefined ? {} : { hint }),
    };
  }
};
