/** An interpreter that a person names and that has PyTorch: asked what it is, and where its packages are. */
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { exitCodes, UserError } from '../../errors/errors.ts';
import { onPath } from '../advice.ts';
import { type Python, probePython, pythonNames } from '../python.ts';
import { ask, type Environ } from '../setup-process.ts';
import { isTorchSupported, torchRange } from './contents.ts';

export type Named = {
  /** What an environment for its packages is made from. */
  readonly python: Python;
  readonly torch: string;
  readonly torchFolder: string;
  /** Folders of its packages. */
  readonly sites: readonly string[];
};

const question = `
import json, os, sys
import torch
sites = [os.path.abspath(p) for p in sys.path if os.path.basename(p) in ("site-packages", "dist-packages") and os.path.isdir(p)]
print(json.dumps({"torch": torch.__version__, "folder": os.path.dirname(torch.__file__), "sites": sites}))
`;

type Reply = { readonly torch: string; readonly folder: string; readonly sites: readonly string[] };

/** What a package says while it is imported comes before it. */
const readReply = (stdout: string): Reply | undefined => {
  try {
    return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Reply;
  } catch {
    return undefined;
  }
};

/** What of a person's own environment would answer in place of the interpreter. */
const asItIs = ({ PYTHONPATH, PYTHONHOME, ...env }: Environ): Environ => env;

const refused = (what: string, why: string, exitCode: number = exitCodes.usage): UserError =>
  new UserError({ what, why, kept: 'nothing was changed', hint: 'ann-tui setup --training' }, exitCode);

const wanted = 'a path of a Python that has PyTorch, or of the folder of its environment, is wanted; or: system, cpu, cuda';

/** Python's own answer to that, whatever its version. */
const isPython = async (file: string, env: Environ): Promise<boolean> => {
  const { stdout, stderr } = await ask(file, ['--version'], env);
  return /^Python \d/m.test(`${stdout}\n${stderr}`);
};

const noPython = 'it is no Python';

/** What `command` is, or why it will not do. */
const look = async (command: string, env: Environ): Promise<{ readonly named: Named } | { readonly unfit: string }> => {
  const probe = await probePython(command, env);
  if ('unfit' in probe) return { unfit: (await isPython(command, env)) ? probe.unfit : noPython };
  const { code, stdout, stderr } = await ask(command, ['-c', question], asItIs(env), '', 120);
  if (code !== 0) return { unfit: stderr.trim().split('\n').at(-1) || `it ends with exit code ${code}` };
  const reply = readReply(stdout);
  if (reply === undefined) return { unfit: 'it does not answer like a Python' };
  const { torch, folder, sites } = reply;
  if (!isTorchSupported(torch)) return { unfit: `its PyTorch is ${torch}; ${torchRange} is needed` };
  return { named: { python: probe.python, torch, torchFolder: folder, sites } };
};

/** The first Python on the PATH that has PyTorch. */
const lookOnPath = async (env: Environ): Promise<Named> => {
  const tried: string[] = [];
  for (const name of pythonNames(env)) {
    if (name !== env.ANN_TUI_PYTHON && onPath(name, env) === undefined) continue;
    const found = await look(name, env);
    if ('named' in found) return found.named;
    tried.push(`${name}: ${found.unfit}`);
  }
  const why = tried.length === 0 ? 'there is no python3' : tried.join(' · ');
  throw refused('No Python on the PATH has PyTorch', why, exitCodes.failed);
};

const isProgram = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
};

/** `choice`: "system", or a path of an interpreter or of the environment that it belongs to. Throws a `UserError` that says why it will not do. */
export const findNamed = async (choice: string, env: Environ): Promise<Named> => {
  if (choice === 'system') return await lookOnPath(env);
  const given = path.resolve(choice);
  const inside = path.join(given, 'bin', 'python');
  const file = existsSync(inside) ? inside : given;
  if (!existsSync(file)) throw refused(`There is no ${choice}`, wanted);
  if (statSync(file).isDirectory()) throw refused(`${choice} will not do`, `it is a folder without bin/python in it; ${wanted}`);
  if (!isProgram(file)) throw refused(`${choice} will not do`, `it is no program; ${wanted}`);
  const found = await look(file, env);
  if ('named' in found) return found.named;
  throw refused(`${choice} will not do`, found.unfit === noPython ? `${noPython}; ${wanted}` : found.unfit);
};
