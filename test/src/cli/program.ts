import os from 'node:os';
import { Interruption, type Io } from '../../../src/cli/io.ts';
import { runCli } from '../../../src/cli/main.ts';
import { searchShown } from '../../support/leaks.ts';

export type Said = {
  readonly code: number;
  /** Bytes of a log are one character each. */
  readonly stdout: string;
  readonly stderr: string;
  readonly records: readonly Record<string, unknown>[];
};

export type Ends = {
  readonly interactive?: boolean;
  readonly answer?: string;
  /** Typed one after another where it is not shown. */
  readonly secrets?: readonly string[];
  /** All of stdin. */
  readonly input?: string;
  readonly env?: Record<string, string>;
  /** Ctrl-C after so many milliseconds. */
  readonly interruptAfter?: number;
  /** Ctrl-C once stdout has these words. */
  readonly interruptOn?: string;
};

const records = (stdout: string): readonly Record<string, unknown>[] =>
  stdout
    .split('\n')
    .filter(line => line.startsWith('{'))
    .map(line => JSON.parse(line));

/** Runs `ann-tui ARGS`. */
export const program = async (
  args: readonly string[],
  { interactive = false, answer = '', secrets = [], input = '', env = {}, interruptAfter, interruptOn }: Ends = {},
): Promise<Said> => {
  let stdout = '';
  let stderr = '';
  const hidden = [...secrets];
  const controller = new AbortController();
  const timer = interruptAfter === undefined ? undefined : setTimeout(() => controller.abort(new Interruption(130)), interruptAfter);
  const io: Io = {
    stdout: text => {
      stdout += text;
      if (interruptOn !== undefined && stdout.includes(interruptOn)) controller.abort(new Interruption(130));
    },
    stderr: text => {
      stderr += text;
    },
    write: async bytes => {
      io.stdout(typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('latin1'));
    },
    terminal: interactive,
    interactive,
    env: { LANG: 'C.UTF-8', PATH: process.env.PATH, HOME: os.homedir(), ...env },
    ask: async () => answer,
    askSecret: async () => hidden.shift() ?? '',
    input: async () => input,
    signal: controller.signal,
  };
  const code = await runCli(args, io);
  clearTimeout(timer);
  searchShown(`what ann-tui ${args[0]} printed`, () => stdout + stderr);
  return { code, stdout, stderr, records: records(stdout) };
};
