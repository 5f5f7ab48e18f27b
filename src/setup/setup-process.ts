/** Children of the set-up: short questions to programs on the PATH, and long jobs whose every line is kept. */
import { appendFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { tied } from '../process/tied.ts';
import { guardGroup } from './group.ts';

export type Environ = Readonly<Record<string, string | undefined>>;

export type Answer = {
  /** null: it could not be started, was killed, or took too long. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
};

/** Runs a program for its answer. Never throws: what cannot be run has no exit code. */
export const ask = async (command: string, args: readonly string[], env: Environ, input = '', seconds = 20): Promise<Answer> => {
  const { execa } = await import('execa');
  const done = await execa(command, args, { env, extendEnv: false, input, reject: false, timeout: seconds * 1000, cwd: '/' });
  return { code: done.exitCode ?? null, stdout: String(done.stdout ?? ''), stderr: String(done.stderr ?? '') };
};

/** Without colours, and without the password that an index or proxy address may carry. */
export const clean = (line: string): string => line.replace(/\x1b\[[0-9;?]*[A-Za-z]/g, '').replace(/\/\/[^/\s@]+@/g, '//…@');

export type Job = {
  /** Any Python 3, by which the command ends with this process, also by kill -9: the next set-up must not meet it. */
  readonly python: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Environ;
  /** Every line is appended here, cleaned. */
  readonly log: string;
  readonly signal: AbortSignal;
  readonly onLine: (line: string) => void;
};

export type JobEnd = {
  readonly code: number | null;
  readonly signal: string | null;
  /** The last lines, for the diagnosis. */
  readonly tail: readonly string[];
};

const keptLines = 400;
const graceMs = 3000;

/** Runs to the end. Aborted: the whole process group is ended (pip's compilers too), then the signal's reason is thrown. */
export const runJob = async ({ python, command, args, cwd, env, log, signal, onLine }: Job): Promise<JobEnd> => {
  signal.throwIfAborted();
  const { execa } = await import('execa');
  // At once, so that whoever is told of the log finds everything in it.
  const keep = (line: string): void => {
    try {
      appendFileSync(log, `${line}\n`, { mode: 0o600 });
    } catch {
      // A log that cannot be written (disk full) must not hide the error that it was to hold.
    }
  };
  keep(`$ ${[command, ...args].join(' ')}`);
  const tail: string[] = [];
  const bound = tied(python, command, args);
  const child = execa(bound.command, bound.args, {
    cwd,
    env,
    extendEnv: false,
    stdin: 'pipe',
    all: true,
    buffer: false,
    reject: false,
    // A group of its own, so that an abort reaches its children and a terminal's Ctrl-C reaches only us.
    detached: true,
    cleanup: false,
  });
  const over = guardGroup(child.pid, signal, graceMs);
  try {
    const reading = (async () => {
      for await (const raw of createInterface({ input: child.all })) {
        const line = clean(raw);
        keep(line);
        tail.push(line);
        if (tail.length > keptLines) tail.shift();
        onLine(line);
      }
    })();
    const [done] = await Promise.all([child, reading]);
    signal.throwIfAborted();
    const failedToStart = done.exitCode === undefined && done.signal === undefined;
    if (failedToStart && done.failed) tail.push(String(done.shortMessage));
    return { code: done.exitCode ?? null, signal: done.signal ?? null, tail };
  } finally {
    over();
  }
};
