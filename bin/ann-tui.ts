#!/usr/bin/env node
/**
 * The executable and composition root: screens in a terminal, plain lines or NDJSON elsewhere. Each way loads only what it needs.
 */
import { Interruption, type Io } from '../src/cli/io.ts';
import { crashText, reportCrashes } from '../src/terminal/crash.ts';
import { requireHome } from '../src/util/home.ts';

// Before anything loads: chalk, inside Ink, knows FORCE_COLOR only.
if (process.env.NO_COLOR) process.env.FORCE_COLOR = '0';

const args = process.argv.slice(2);
/** Somebody sits there and can be asked. */
const interactive = Boolean(process.stdin.isTTY && process.stdout.isTTY);
/** A dumb terminal (an editor's shell, a serial line) has no cursor to move: it gets lines. */
const screens = interactive && process.env.TERM !== 'dumb';

const openScreens = async (run?: string): Promise<number> => {
  // A person sits at this terminal whatever CI says; Ink would draw nothing but its last frame.
  for (const name of ['CI', 'CONTINUOUS_INTEGRATION']) if (process.env[name]) process.env[name] = 'false';
  const [{ runTui }, { createServices }] = await Promise.all([
    import('../screens/app/main.tsx'),
    import('../src/services/create-services.ts'),
  ]);
  return await runTui(createServices(), run === undefined ? {} : { run });
};

/**
 * A reader that leaves (`| head`) ends the output, never the work: what is still said is dropped. It ends us once nothing but telling is left, and
 * so does a file that cannot be written, which is told.
 */
const createEnds = () => {
  const lost = new Map<NodeJS.WriteStream, NodeJS.ErrnoException>();
  let onlyTelling = false;
  /** The exit code, when what was to be said could not be. */
  const verdict = (code: number): number => {
    const error = lost.get(process.stdout);
    if (error === undefined || error.code === 'EPIPE') return code;
    if (!lost.has(process.stderr)) process.stderr.write(crashText(error, process.env));
    return code === 0 ? 1 : code;
  };
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (!lost.has(stream)) lost.set(stream, error);
      if (onlyTelling && stream === process.stdout) process.exit(verdict(0));
    });
  }
  const to = (stream: NodeJS.WriteStream) => (text: string) => {
    if (!lost.has(stream)) stream.write(text);
  };
  return {
    stdout: to(process.stdout),
    stderr: to(process.stderr),
    write: (bytes: string | Uint8Array) =>
      new Promise<void>(resolve => {
        if (lost.has(process.stdout)) resolve();
        else process.stdout.write(bytes, () => resolve());
      }),
    endWithReader: () => {
      onlyTelling = true;
      if (lost.has(process.stdout)) process.exit(verdict(0));
    },
    verdict,
  };
};

/** Some shells deliver one Ctrl-C twice within a millisecond: a second one counts only when a person can have meant it. */
const debounceMs = 300;

const interruptible = (): AbortSignal => {
  const controller = new AbortController();
  let first: number | undefined;
  const on = (signal: NodeJS.Signals, exitCode: number) =>
    process.on(signal, () => {
      const now = performance.now();
      if (first !== undefined && now - first > debounceMs) process.exit(exitCode);
      first ??= now;
      controller.abort(new Interruption(exitCode));
    });
  on('SIGINT', 130);
  on('SIGTERM', 143);
  on('SIGHUP', 129);
  return controller.signal;
};

/** Asks in the terminal; `hidden`: what is typed is not shown. Ctrl-D says nothing, which is the safe answer; Ctrl-C rejects. */
const ask = async (question: string, signal: AbortSignal, hidden = false): Promise<string> => {
  const [{ createInterface }, { Writable }] = await Promise.all([import('node:readline'), import('node:stream')]);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const prompt = createInterface({ input: process.stdin, output: hidden ? nowhere : process.stdout, terminal: hidden || screens });
  // Only now does the terminal no longer echo: what is typed as soon as the question is there must not be seen.
  if (hidden) process.stdout.write(question);
  try {
    return await new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      // readline keeps Ctrl-C to itself.
      prompt.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
      prompt.on('close', () => resolve(''));
      prompt.question(question, resolve);
    });
  } finally {
    // An open prompt keeps the process alive.
    prompt.close();
    if (hidden) process.stdout.write('\n');
  }
};

const readInput = async (): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
};

const runPlain = async (): Promise<number> => {
  reportCrashes();
  const { verdict, ...ends } = createEnds();
  const signal = interruptible();
  const io: Io = {
    ...ends,
    terminal: Boolean(process.stdout.isTTY),
    interactive,
    env: process.env,
    ask: question => ask(question, signal),
    askSecret: question => ask(question, signal, true),
    input: readInput,
    signal,
  };
  const { runCli } = await import('../src/cli/main.ts');
  const code = await runCli(args, io);
  // Streams tell what became of the last words a moment later.
  await new Promise(setImmediate);
  return verdict(code);
};

/** `attach RUN` with nothing else: the run's own screen. The name is resolved first, so that a wrong one is an ordinary error. */
const attachTo = async (): Promise<string | undefined> => {
  const [command, word, ...more] = args;
  if (!screens || command !== 'attach' || word === undefined || word.startsWith('-') || more.length > 0) return undefined;
  const { knownRun } = await import('../src/cli/known-run.ts');
  try {
    return await knownRun(word, { profile: null, environment: null }, text => process.stderr.write(`${text}\n`));
  } catch {
    // The plain command says why not.
    return undefined;
  }
};

/** Whether screens have a place to keep anything; the plain command says why not. */
const hasHome = (): boolean => {
  try {
    requireHome();
    return true;
  } catch {
    return false;
  }
};

const main = async (): Promise<number> => {
  if (args[0] === '_supervise' && args[1] !== undefined) {
    reportCrashes({ debug: true });
    const { superviseRun } = await import('../src/cli/commands/supervise.ts');
    await superviseRun(args[1]);
    return 0;
  }
  if (args.length === 0 && screens && hasHome()) return await openScreens();
  const run = await attachTo();
  return run === undefined ? await runPlain() : await openScreens(run);
};

process.exitCode = await main();
