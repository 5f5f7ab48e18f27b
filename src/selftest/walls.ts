/** The walls around a person's own code, on whatever kernel: what a tiny C++ file tried, and what became of it. */
import { type Check, fail, ok, warn } from './check.ts';
import type { Act, SealFacts } from './local/facts.ts';

type Wall = {
  readonly act: string;
  readonly name: string;
  readonly tries: string;
  /** A wall that some kernels do not have: without it other walls and the verdicts still stand. */
  readonly optional?: true;
};

const walls: readonly Wall[] = [
  { act: 'memory', name: 'seal: memory', tries: 'takes four times the memory that it is allowed' },
  { act: 'time', name: 'seal: time', tries: 'never comes back from build()' },
  { act: 'write', name: 'seal: writing files', tries: 'makes a file' },
  { act: 'read', name: 'seal: reading files', tries: 'reads a file that is none of its business', optional: true },
  { act: 'network', name: 'seal: network', tries: 'opens a socket' },
  { act: 'programs', name: 'seal: programs', tries: 'starts another process' },
  { act: 'neighbours', name: 'seal: other processes', tries: 'reaches for the process that judges it' },
];

/** Verdicts that an act ends with when it was stopped at once; `ok`: it was refused, and went on. */
const stopped = ['out-of-memory', 'timeout', 'wrote-files', 'forbidden-call', 'too-many-threads', 'ok'];

const judge = ({ tries, optional }: Wall, { verdict, why, could }: Act) => {
  const facts = { verdict, why };
  if (could) return (optional ? warn : fail)(`nothing stops one that ${tries}: this kernel does not refuse it`, facts);
  if (stopped.includes(verdict)) return ok(verdict === 'ok' ? 'refused; it went on' : `${verdict}: ${why}`, facts);
  return warn(`it ended as ${verdict}: ${why}`, facts);
};

const actOf = ({ acts, said }: SealFacts, name: string): Act => {
  const act = acts[name];
  if (act === undefined) throw new Error(`there is no verdict on it${said === undefined ? '' : `: ${said.split('\n').at(-1)}`}`);
  return act;
};

const plainName = 'own C++';

/** The compiler and the seal by really using them. `facts`: from here or from a container. */
export const wallChecks = <C>(
  facts: (context: C, signal: AbortSignal) => Promise<SealFacts>,
  needs: readonly string[],
): readonly Check<C>[] => [
  {
    name: plainName,
    assumes: 'a C++ file is compiled, runs in its sealed child, answers, and is judged ok',
    needs,
    limit: 300,
    run: async (context, signal) => {
      const found = await facts(context, signal);
      const { compiler, compile_seconds, seconds } = found;
      const { verdict, why } = actOf(found, 'none');
      const told = { compiler, compile_seconds, seconds, verdict, why };
      const compiled = `${compiler ?? 'a compiler'}${compile_seconds === null ? '' : `, compiled in ${compile_seconds.toFixed(1)} s`}`;
      return verdict === 'ok' ? ok(`${compiled}; ${why}`, told) : fail(`${verdict}: ${why}`, told);
    },
  },
  ...walls.map(
    (wall): Check<C> => ({
      name: wall.name,
      assumes: `one that ${wall.tries} is stopped, and told by name`,
      needs: [...needs, plainName],
      limit: 300,
      run: async (context, signal) => judge(wall, actOf(await facts(context, signal), wall.act)),
    }),
  ),
];
