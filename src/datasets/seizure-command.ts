/** A command of `python -m seizure` in the private environment, to its end. */
import { createInterface } from 'node:readline';
import { exitCodes, UserError } from '../errors/errors.ts';
import type { Failure } from '../errors/failure.ts';
import { tied } from '../process/tied.ts';
import { guardGroup } from '../setup/group.ts';

export type SeizureCommand = {
  readonly python: string;
  /** Variables by which that Python finds our packages: of the training environment. Absent: it has them itself. */
  readonly env?: Readonly<Record<string, string>>;
  /** "score", TRUTH, PRED, … */
  readonly words: readonly string[];
  readonly signal: AbortSignal;
  /** Of each line that it prints, as it comes. */
  readonly onLine?: (line: string) => void;
  /** Where it does not say itself what went wrong: that, and what to type. */
  readonly otherwise: { readonly what: string; readonly hint: string };
};

/** Its last words: "seizure: WHAT: WHY (HINT)". */
const toldForm = /^seizure: (.+?): (.+?)(?: \(([^()]+)\))?$/;

const failureOf = (errors: readonly string[], exitCode: number | undefined, { what, hint }: SeizureCommand['otherwise']): Failure => {
  const told = errors.findLast(line => toldForm.test(line));
  const [, saidWhat = what, why, saidHint] = toldForm.exec(told ?? '') ?? [];
  const last = errors.findLast(line => line.trim() !== '') ?? `it left with exit code ${exitCode ?? '–'}`;
  return { what: saidWhat, why: why ?? last, hint: saidHint ?? (why === undefined ? 'ann-tui doctor' : hint) };
};

/** The lines that it prints. Throws a `UserError` with its words: exit code 2 for what was refused. */
export const runSeizure = async ({ python, env, words, signal, onLine, otherwise }: SeizureCommand): Promise<readonly string[]> => {
  signal.throwIfAborted();
  const { execa } = await import('execa');
  const { command, args } = tied(python, python, [...(env === undefined ? ['-I'] : []), '-u', '-m', 'seizure', ...words]);
  const child = execa(command, args, { stdin: 'pipe', reject: false, detached: true, cleanup: false, ...(env !== undefined && { env }) });
  const over = guardGroup(child.pid, signal, 2000);
  try {
    if (onLine !== undefined) for await (const line of createInterface({ input: child.stdout })) onLine(line);
    const { exitCode, stdout, stderr } = await child;
    signal.throwIfAborted();
    if (exitCode === exitCodes.done) return stdout.split('\n');
    throw new UserError(
      failureOf(stderr.split('\n'), exitCode, otherwise),
      exitCode === exitCodes.usage ? exitCodes.usage : exitCodes.failed,
    );
  } finally {
    over();
  }
};
