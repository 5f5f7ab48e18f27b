/** Starts a command under the small parent that outlives terminals and supervisors (`modal/job_wrapper.py`), and waits for its claim. */
import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Failure } from '../../errors/failure.ts';
import { fileMode } from '../../process/files.ts';
import { packageRoot } from '../../util/paths.ts';
import { type Claim, giveUp, readClaim } from './attempt.ts';

export type Wrapped = {
  /** Where it runs, and where its claim and its exit are written. */
  readonly folder: string;
  /** Number of the claim: whoever makes `wrapper-NUMBER.json` runs it, so it never runs twice. */
  readonly number: number;
  /** Runs the wrapper: any Python 3. */
  readonly python: string;
  readonly command: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Appended to: what the command says on stdout and stderr. */
  readonly log: string;
  /** Milliseconds that the wrapper may take to say who it is. */
  readonly patience: number;
  /** What could not be started, should it come to that. */
  readonly failure: Pick<Failure, 'what'> & Pick<Failure, 'hint'>;
};

const lastLine = (file: string): string | undefined => {
  const lines = readFileSync(file, 'utf8').slice(-4000).trim().split('\n');
  return lines.at(-1)?.trim().slice(0, 300) || undefined;
};

const spawnWrapper = ({ folder, number, python, command, env, log }: Wrapped): { why?: string } => {
  const descriptor = openSync(log, 'a', fileMode);
  try {
    // Raw descriptors and a session of its own: a pipe through this process would end with it.
    const child = spawn(python, ['-I', path.join(packageRoot, 'modal', 'job_wrapper.py'), folder, String(number), ...command], {
      cwd: folder,
      detached: true,
      stdio: ['ignore', descriptor, descriptor],
      env,
    });
    const failed: { why?: string } = {};
    child.once('error', error => {
      failed.why = error.message;
    });
    child.once('exit', (code, signal) => {
      failed.why ??= `its wrapper left at once (${signal ?? `exit code ${code}`})`;
    });
    child.unref();
    return failed;
  } finally {
    closeSync(descriptor);
  }
};

/** The claim of whoever runs it now: perhaps an earlier wrapper. A wrapper that says nothing in time can never start it any more. */
export const startWrapped = async (wrapped: Wrapped): Promise<Claim> => {
  const { folder, number, log, patience, failure } = wrapped;
  const failed = spawnWrapper(wrapped);
  const deadline = performance.now() + patience;
  for (;;) {
    // Asked before the claim is looked for: a wrapper that claims and then leaves is no failure.
    const { why } = failed;
    const claim = readClaim(folder, number);
    if (claim !== undefined) return claim;
    if (why !== undefined || performance.now() > deadline) {
      const said = lastLine(log);
      const reason = why ?? `its wrapper said nothing for ${Math.round(patience / 1000)} s`;
      return giveUp(folder, number, { ...failure, why: said === undefined ? reason : `${reason}: ${said}` });
    }
    await sleep(10);
  }
};
