/**
 * The only file that starts Ink. A later Ink brings its own alternate screen, paste and size hooks: this file, `input.ts`
 * and `size.ts` are what changes then.
 */
import { render } from 'ink';
import type { ReactNode } from 'react';
import { crashText } from './crash.ts';
import { createModes } from './modes.ts';
import { paintedStream } from './painter.ts';

export type Farewell = {
  /** The process's exit code. */
  readonly code: number;
  /** Printed on the normal screen after leaving. */
  readonly text?: string;
};

export type Leave = (farewell: Farewell) => void;

/** Ways to give the terminal away for a while; it comes back whole. */
export type Away = {
  /** Stops the program as ctrl-z does in a shell, until the shell continues it. */
  readonly suspend: () => void;
  /** Does `work`, which must not return before the terminal is free again, on the normal screen. Rethrows what it throws. */
  readonly handOver: <T>(work: () => T) => T;
};

type Streams = {
  readonly stdout: NodeJS.WriteStream;
  readonly stdin: NodeJS.ReadStream;
  readonly stderr: NodeJS.WriteStream;
};

/** 128 + the signal's number. */
const signalCodes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/** What a vanished terminal says: there is nobody left to tell. */
const goneCodes = new Set(['EIO', 'EPIPE', 'ENXIO', 'EBADF', 'ERR_STREAM_DESTROYED', 'ECONNRESET']);
const isGone = (error: unknown): boolean => goneCodes.has(String((error as NodeJS.ErrnoException | undefined)?.code));

/** In no shell there is nobody to continue a stopped program, and the kernel does not stop it: then it goes on by itself. */
const unstoppedMs = 50;

/**
 * Shows `draw(leave, away)` on the alternate screen until `leave` is called, and resolves to its exit code with the terminal
 * as it was before. Signals, crashes and a vanished terminal restore it too; those end the process themselves.
 */
export const runFullScreen = async (
  draw: (leave: Leave, away: Away) => ReactNode,
  { stdout, stdin, stderr }: Streams = process,
): Promise<number> => {
  const modes = createModes(stdout, stdin);
  const painted = paintedStream(stdout, modes.active);
  let farewell: Farewell = { code: 0 };
  let gone = false;
  let left = false;

  const die = (code: number) => {
    modes.restore();
    process.exit(code);
  };
  const onVanished = (error?: unknown) => {
    if (gone) return;
    if (error !== undefined && !isGone(error)) {
      onCrash(error);
      return;
    }
    gone = true;
    die(signalCodes.SIGHUP);
  };
  const onCrash = (error: unknown) => {
    if (isGone(error)) {
      onVanished();
      return;
    }
    modes.restore();
    try {
      stderr.write(crashText(error, process.env));
    } catch {
      // Nobody is left to read it.
    }
    process.exit(1);
  };
  const onEnd = () => onVanished();
  const comeBack = () => {
    if (left) return;
    // A shell that continued it may have written over the screen, or set modes of its own, also after a plain SIGSTOP.
    modes.enter();
    process.off('SIGTSTP', suspend);
    process.on('SIGTSTP', suspend);
    painted.repaint();
  };
  const suspend = () => {
    modes.restore();
    // Without a listener the signal does what it does to every program; npm and the like above it are stopped with it.
    process.off('SIGTSTP', suspend);
    process.kill(0, 'SIGTSTP');
    setTimeout(comeBack, unstoppedMs);
  };
  const handOver = <T,>(work: () => T): T => {
    modes.restore();
    // An editor that is suspended suspends its whole group.
    process.off('SIGTSTP', suspend);
    try {
      return work();
    } finally {
      comeBack();
    }
  };
  const signals = Object.entries(signalCodes).map(([name, code]) => [name, () => die(code)] as const);

  process.on('exit', modes.restore);
  process.on('uncaughtException', onCrash);
  process.on('unhandledRejection', onCrash);
  for (const [name, handler] of signals) process.on(name, handler);
  process.on('SIGTSTP', suspend);
  process.on('SIGCONT', comeBack);
  // Also where the size is the old one again: on the way there the terminal has cut what stood on it.
  process.on('SIGWINCH', painted.repaint);
  for (const stream of [stdout, stdin, stderr]) stream.on('error', onVanished);
  stdin.on('end', onEnd);
  stdin.on('close', onEnd);

  const release = () => {
    left = true;
    process.off('SIGTSTP', suspend);
    process.off('SIGCONT', comeBack);
    process.off('SIGWINCH', painted.repaint);
    process.off('exit', modes.restore);
    process.off('uncaughtException', onCrash);
    process.off('unhandledRejection', onCrash);
    for (const [name, handler] of signals) process.off(name, handler);
    stdin.off('end', onEnd);
    stdin.off('close', onEnd);
    // The error listeners stay: a terminal that goes away now must not turn into a crash.
  };

  modes.enter();
  let ink: ReturnType<typeof render> | undefined;
  const leave: Leave = words => {
    farewell = words;
    ink?.unmount();
  };
  try {
    ink = render(draw(leave, { suspend, handOver }), {
      stdout: painted,
      stdin,
      stderr,
      // Ctrl-C is a key like any other here: it leaves, and runs go on.
      exitOnCtrlC: false,
      // A stray console.log must not tear the picture; nothing in here prints.
      patchConsole: true,
    });
    await ink.waitUntilExit();
  } catch (error) {
    modes.restore();
    stderr.write(crashText(error, process.env));
    release();
    return 1;
  }
  modes.restore();
  release();
  if (farewell.text !== undefined) stdout.write(`${farewell.text}\n`);
  return farewell.code;
};
