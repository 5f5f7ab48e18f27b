/** The `modal` program, as a person would use it. */
import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../errors.ts';
import { fileMode } from '../process/files.ts';
import { type Identity, identify } from '../process/identity.ts';
import { modalProgram as findProgram } from '../setup/modal-client.ts';
import { modalEnvironment, type Where } from './environment.ts';

export type ModalProgram = {
  /** A Python that can import the client. */
  readonly python: string;
  /** The executable. */
  readonly program: string;
  readonly version: string;
  /** What to run it with. */
  readonly env: NodeJS.ProcessEnv;
};

/** The program and its environment. Throws a `UserError` when there is none. */
export const modalProgram = async (where: Where = {}): Promise<ModalProgram> => {
  const { python, program, version } = await findProgram();
  return { python, program, version, env: modalEnvironment(where) };
};

export type ModalRun = {
  readonly where?: Where;
  /** Beside the list of what is let through. */
  readonly env?: Readonly<Record<string, string>>;
  /** Absolute; the root of the file system when nothing needs another. */
  readonly cwd?: string;
};

/** Python looks for modules where `modal run` is started: a modal.py there would take the place of Modal's own. */
const checkFolder = (cwd: string): void => {
  for (const name of ['modal.py', 'modal/__init__.py']) {
    if (!existsSync(path.join(cwd, name))) continue;
    throw new UserError({
      what: 'Modal cannot be started from here',
      why: `${path.join(cwd, name)} hides Modal's own module`,
      hint: 'cd ~',
    });
  }
};

export type ModalEnd = {
  /** null: it could not be started, was killed, or took too long. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
};

/** Runs a short command to its end; `explainModal('', stderr)` says what a code other than 0 means. */
export const runModal = async (
  args: readonly string[],
  { where, env, cwd = '/', seconds = 60, signal }: ModalRun & { readonly seconds?: number; readonly signal?: AbortSignal } = {},
): Promise<ModalEnd> => {
  checkFolder(cwd);
  const found = await modalProgram(where);
  const { execa } = await import('execa');
  const done = await execa(found.program, args, {
    cwd,
    env: { ...found.env, ...env },
    extendEnv: false,
    stdin: 'ignore',
    reject: false,
    timeout: seconds * 1000,
    ...(signal === undefined ? {} : { cancelSignal: signal }),
  });
  signal?.throwIfAborted();
  return { code: done.exitCode ?? null, stdout: String(done.stdout ?? ''), stderr: String(done.stderr ?? '') };
};

/**
 * Starts a command that outlives this process and its terminal: a session of its own, and descriptors of the files themselves, which nobody
 * has to pass on. Both files are appended to.
 */
export const startModal = async (
  args: readonly string[],
  { where, env, cwd = '/', stdout, stderr }: ModalRun & { readonly stdout: string; readonly stderr: string },
): Promise<Identity> => {
  checkFolder(cwd);
  const found = await modalProgram(where);
  const descriptors = [openSync(stdout, 'a', fileMode), openSync(stderr, 'a', fileMode)] as const;
  try {
    const child = spawn(found.program, args, {
      cwd,
      env: { ...found.env, ...env },
      detached: true,
      stdio: ['ignore', descriptors[0], descriptors[1]],
    });
    await new Promise<void>((resolve, reject) => child.once('spawn', resolve).once('error', reject));
    child.unref();
    const { pid } = child;
    const identity = pid === undefined ? undefined : identify(pid);
    // Ended already: its number is all that can be said of it.
    return identity ?? { pid: pid ?? 0, start: '', boot: '' };
  } catch (error) {
    const { message } = error as Error;
    throw new UserError({ what: "Modal's client could not be started", why: message, kept: 'nothing was started', hint: 'ann-tui doctor' });
  } finally {
    for (const descriptor of descriptors) closeSync(descriptor);
  }
};
