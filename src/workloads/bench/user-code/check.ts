/** The harness' check of one C++ file with sanitizers: the first wrong use of memory, or none. */
import { createInterface } from 'node:readline';
import { UserError } from '../../../errors/errors.ts';
import type { Failure } from '../../../errors/failure.ts';
import { tied } from '../../../process/tied.ts';
import { guardGroup } from '../../../setup/group.ts';
import { jobEnvironment } from '../../../targets/local/job.ts';

export type Checked = Failure & { readonly verdict: string };

/** What the harness says last: "crashed: What", then indented lines. */
const verdictForm = /^([a-z-]+): (.+)$/;

const readVerdict = (lines: readonly string[]): Checked | undefined => {
  const at = lines.findLastIndex((line, n) => verdictForm.test(line) && /^ {2}why: /.test(lines[n + 1] ?? ''));
  const [, verdict, what] = verdictForm.exec(lines[at] ?? '') ?? [];
  if (verdict === undefined || what === undefined) return undefined;
  const field = (name: string) =>
    lines
      .slice(at + 1)
      .find(line => line.startsWith(`  ${name}: `))
      ?.slice(name.length + 4);
  const hint = field('hint');
  return { verdict, what, why: field('why') ?? '', ...(hint === undefined ? {} : { hint }) };
};

export type CheckOptions = {
  readonly python: string;
  readonly file: string;
  /** Where compiled files are kept. */
  readonly compiled: string;
  readonly onLine: (line: string) => void;
  readonly signal: AbortSignal;
};

/** Lines of the report go to `onLine` as they come; the verdict is returned. */
export const checkFile = async ({ python, file, compiled, onLine, signal }: CheckOptions): Promise<Checked> => {
  signal.throwIfAborted();
  const { execa } = await import('execa');
  const { command, args } = tied(python, python, ['-I', '-u', '-m', 'annbench', 'check', file]);
  const child = execa(command, args, {
    stdin: 'pipe',
    all: true,
    buffer: false,
    reject: false,
    detached: true,
    cleanup: false,
    extendEnv: false,
    env: { ...jobEnvironment(process.env), ANNBENCH_CACHE: compiled },
  });
  const over = guardGroup(child.pid, signal, 2000);
  const lines: string[] = [];
  try {
    const read = async () => {
      for await (const line of createInterface({ input: child.all })) {
        lines.push(line);
        if (lines.length > 2000) lines.shift();
        onLine(line);
      }
    };
    const [done] = await Promise.all([child, read()]);
    signal.throwIfAborted();
    const verdict = readVerdict(lines);
    if (verdict !== undefined) return verdict;
    throw new UserError({
      what: `${file} could not be checked`,
      why: lines.findLast(line => line.trim() !== '') ?? `the check left with exit code ${done.exitCode}`,
      hint: 'ann-tui doctor',
    });
  } finally {
    over();
  }
};
