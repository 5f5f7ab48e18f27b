/** Which Python the private environment is made from. */
import { UserError } from '../errors/errors.ts';
import { installCommand, onPath } from './advice.ts';
import { type Answer, ask, type Environ } from './setup-process.ts';

export type Python = {
  /** The command as it was found: "python3". */
  readonly command: string;
  /** The interpreter itself; not the shim and not the one of an environment that may vanish. */
  readonly executable: string;
  /** "3.11.7" */
  readonly version: string;
  /** "3.11" */
  readonly family: string;
  /** venv and ensurepip are there: Debian ships them apart. */
  readonly venv: boolean;
  /** Python.h is there: the C++ core is compiled against it. */
  readonly headers: boolean;
};

export const oldestPython = [3, 10] as const;
const newestTried = 14;

/** In the order in which they are tried. */
export const pythonNames = (env: Environ): readonly string[] => [
  ...(env.ANN_TUI_PYTHON ? [env.ANN_TUI_PYTHON] : []),
  'python3',
  ...Array.from({ length: newestTried - oldestPython[1] + 1 }, (_, index) => `python3.${newestTried - index}`),
  'python',
];

const question = `
import sys, json, os, sysconfig
from importlib.util import find_spec
print(json.dumps({
    "version": list(sys.version_info[:3]),
    "executable": getattr(sys, "_base_executable", None) or sys.executable,
    "implementation": sys.implementation.name,
    "venv": find_spec("venv") is not None and find_spec("ensurepip") is not None,
    "headers": os.path.exists(os.path.join(sysconfig.get_paths()["include"], "Python.h")),
}))
`;

type Reply = { version: number[]; executable: string; implementation: string; venv: boolean; headers: boolean };

export type Probe = { readonly command: string } & (
  | { readonly python: Python }
  /** Why this one cannot be used. */
  | { readonly unfit: string }
);

const silent = 'it does not answer like a Python';

/** What it said of a question that it could not answer; what is no Python may say the question itself. */
const saidOf = ({ code, stderr }: Answer): string => {
  if (code === null) return 'it cannot be started, or does not answer';
  const [first = ''] = stderr.trim().split('\n');
  return stderr.includes('import sys') ? silent : first || `it does not run (exit code ${code})`;
};

/** Asks one Python what it is. */
export const probePython = async (command: string, env: Environ): Promise<Probe> => {
  const answer = await ask(command, ['-I', '-c', question], env);
  const { code, stdout } = answer;
  if (code !== 0) return { command, unfit: saidOf(answer) };
  let reply: Reply;
  try {
    reply = JSON.parse(stdout) as Reply;
  } catch {
    return { command, unfit: silent };
  }
  const [major = 0, minor = 0] = reply.version;
  const version = reply.version.join('.');
  if (major !== oldestPython[0] || minor < oldestPython[1])
    return { command, unfit: `it is ${version}; ${oldestPython.join('.')} or newer is needed` };
  if (reply.implementation !== 'cpython') return { command, unfit: `it is ${reply.implementation}; numpy and h5py need CPython` };
  const { executable, venv, headers } = reply;
  return { command, python: { command, executable, version, family: `${major}.${minor}`, venv, headers } };
};

/** Whether a Python lacks nothing for the C++ core; `uv` makes environments without venv. */
export const suitsCore =
  (uv: string | undefined) =>
  ({ headers, venv }: Python): boolean =>
    headers && (venv || uv !== undefined);

/** Every Python that was found, in order; the search ends at the first that suits. */
export const probePythons = async (env: Environ, suits: (python: Python) => boolean): Promise<readonly Probe[]> => {
  const probes: Probe[] = [];
  for (const name of pythonNames(env)) {
    // What a person named is asked even when it is missing, so that they learn so.
    if (name !== env.ANN_TUI_PYTHON && onPath(name, env) === undefined) continue;
    const probe = await probePython(name, env);
    probes.push(probe);
    if (name === env.ANN_TUI_PYTHON) break;
    if ('python' in probe && suits(probe.python)) break;
  }
  return probes;
};

const lacks = (python: Python, needVenv: boolean): number => Number(!python.headers) + Number(needVenv && !python.venv);

/** The best of them. Throws a `UserError` that names what is missing and the command that brings it. */
export const choosePython = (probes: readonly Probe[], env: Environ, needVenv: boolean): Python => {
  const fit = probes.flatMap(probe => ('python' in probe ? [probe.python] : []));
  const best = [...fit].sort((a, b) => lacks(a, needVenv) - lacks(b, needVenv))[0];
  if (best === undefined) {
    const tried = probes.flatMap(probe => ('unfit' in probe ? [`${probe.command}: ${probe.unfit}`] : []));
    const hint = env.ANN_TUI_PYTHON ? 'unset ANN_TUI_PYTHON' : installCommand('python', env);
    throw tried.length === 0
      ? new UserError({
          what: 'Python was not found',
          why: 'no python3 is on the PATH',
          kept: 'nothing was changed',
          hint: `${hint} && ann-tui setup`,
        })
      : new UserError({
          what: 'No usable Python was found',
          why: tried.join(' · '),
          kept: 'nothing was changed',
          hint: `${hint} && ann-tui setup`,
        });
  }
  if (needVenv && !best.venv) throw noVenv(best, env);
  if (!best.headers) {
    throw new UserError({
      what: `Python.h of Python ${best.family} is missing`,
      why: 'the C++ core is compiled against it, and it comes in a package of its own',
      kept: 'nothing was changed',
      hint: `${installCommand('headers', env, best.family)} && ann-tui setup`,
    });
  }
  return best;
};

export const noVenv = (python: Python, env: Environ): UserError =>
  new UserError({
    what: `Python ${python.family} cannot make environments`,
    why: "Python's venv lacks ensurepip: Debian and Ubuntu ship it in a package of its own",
    kept: 'nothing was changed',
    hint: `${installCommand('venv', env, python.family)} && ann-tui setup`,
  });
