/** The two files by which a job's wrapper is known, also to a supervisor that did not start it. */
import { linkSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Failure } from '../../errors/failure.ts';
import { fileMode, readJson, temporaryBeside } from '../../process/files.ts';
import { type Identity, toIdentity } from '../../process/identity.ts';

/** Nobody has the attempt; a wrapper has it; or it was given up, for good. */
export type Claim = { readonly wrapper: Identity } | { readonly givenUp: Failure };

const claimFile = (job: string, attempt: number): string => path.join(job, `wrapper-${attempt}.json`);

export const readClaim = (job: string, attempt: number): Claim | undefined => {
  const value = readJson(claimFile(job, attempt));
  const wrapper = toIdentity(value);
  if (wrapper !== undefined) return { wrapper };
  const { what, why, hint } = ((value as { givenUp?: unknown })?.givenUp ?? {}) as Record<string, unknown>;
  if (typeof what !== 'string' || typeof why !== 'string') return undefined;
  return { givenUp: typeof hint === 'string' ? { what, why, hint } : { what, why } };
};

/** Makes sure that no wrapper can take this attempt any more, however late it wakes up. Returns who has it now. */
export const giveUp = (job: string, attempt: number, failure: Failure): Claim => {
  const file = claimFile(job, attempt);
  const temporary = temporaryBeside(file);
  try {
    writeFileSync(temporary, `${JSON.stringify({ givenUp: failure })}\n`, { mode: fileMode });
    linkSync(temporary, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
  return readClaim(job, attempt) ?? { givenUp: failure };
};

export type Exit = { readonly code: number | null; readonly signal: number | null; readonly at?: number };

const numberOrNull = (value: unknown): number | null => (Number.isInteger(value) ? (value as number) : null);

/** How the attempt ended, in its wrapper's word; `at` in unix milliseconds. */
export const readExit = (job: string, attempt: number): Exit | undefined => {
  const value = readJson(path.join(job, `exit-${attempt}.json`));
  if (typeof value !== 'object' || value === null) return undefined;
  const { code, signal, at } = value as Record<string, unknown>;
  const exit = { code: numberOrNull(code), signal: numberOrNull(signal) };
  return Number.isFinite(at) ? { ...exit, at: Math.round((at as number) * 1000) } : exit;
};
