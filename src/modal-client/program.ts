/** The `modal` program, as a person would use it. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../errors/errors.ts';
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
