/** Which C++ compiler builds the core. */
import { UserError } from '../errors/errors.ts';
import { installCommand, onPath } from './advice.ts';
import { ask, type Environ } from './setup-process.ts';

export type Compiler = {
  /** Absolute path, or what CXX says. */
  readonly command: string;
  /** First line of its own words: "g++ (Debian 12.2.0-14) 12.2.0". */
  readonly version: string;
};

export type CompilerProbe = { readonly command: string } & ({ readonly compiler: Compiler } | { readonly unfit: string });

/** What the core needs at least; includes a header, as compilers without their library are met too. */
const trial = '#include <span>\n#include <thread>\nint main() { return static_cast<int>(std::span<int>{}.size()); }\n';

const names = ['g++', 'clang++', 'c++'] as const;

const probe = async (command: string, env: Environ): Promise<CompilerProbe> => {
  const [program = command, ...flags] = command.split(/\s+/);
  // On a Mac without its tools /usr/bin/clang++ exists and only says how to get them.
  const said = await ask(program, [...flags, '--version'], env);
  if (said.code !== 0) return { command, unfit: said.stderr.trim().split('\n')[0] || 'it does not run' };
  const tried = await ask(program, [...flags, '-std=c++20', '-fsyntax-only', '-x', 'c++', '-'], env, trial);
  if (tried.code !== 0) {
    const fault = tried.stderr.split('\n').find(line => line.includes('error')) ?? tried.stderr.trim().split('\n')[0];
    return { command, unfit: fault || `it fails on a small program (exit code ${tried.code})` };
  }
  return { command, compiler: { command, version: said.stdout.trim().split('\n')[0] ?? '' } };
};

/** CXX if a person set it, else the first that works. */
export const probeCompilers = async (env: Environ): Promise<readonly CompilerProbe[]> => {
  if (env.CXX) return [await probe(env.CXX, env)];
  const probes: CompilerProbe[] = [];
  for (const name of names) {
    const file = onPath(name, env);
    if (file === undefined) continue;
    const found = await probe(file, env);
    probes.push(found);
    if ('compiler' in found) break;
  }
  return probes;
};

/** Throws a `UserError` that says what was tried and what to install. */
export const chooseCompiler = (probes: readonly CompilerProbe[], env: Environ): Compiler => {
  for (const found of probes) if ('compiler' in found) return found.compiler;
  const tried = probes.flatMap(found => ('unfit' in found ? [`${found.command}: ${found.unfit}`] : []));
  throw new UserError({
    what: tried.length === 0 ? 'A C++ compiler was not found' : 'No C++ compiler works',
    why: tried.length === 0 ? 'neither g++ nor clang++ is on the PATH; the C++ core is compiled here' : tried.join(' · '),
    kept: 'nothing was changed',
    hint: env.CXX && tried.length > 0 ? 'unset CXX && ann-tui setup' : `${installCommand('compiler', env)} && ann-tui setup`,
  });
};
