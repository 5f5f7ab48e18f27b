/** A run's own copy of each source it was planned with: later edits change nothing, and a resume finds what it began with. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../errors/errors.ts';
import { fileMode, folderMode } from '../process/files.ts';
import type { SourceRef } from './source-ref.ts';
import { sha256Of } from './user-file.ts';

/** Where the copy stands in the job's folder. */
export const copyOf = (job: string, { file }: Pick<SourceRef, 'file'>): string => path.join(job, 'sources', file);

const contents = ({ from, file, sha256 }: SourceRef): Uint8Array => {
  const kept = 'nothing was started';
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(from);
  } catch (error) {
    throw new UserError({ what: `${file} cannot be read any more`, why: (error as Error).message, kept });
  }
  if (sha256Of(bytes) === sha256) return bytes;
  throw new UserError({
    what: `${file} was changed just now`,
    why: 'the run was planned with what it was before',
    kept,
  });
};

/** Copies files into a job's folder that nobody uses yet; throws a `UserError` when a file is not what was planned. */
export const copySources = (sources: readonly SourceRef[], job: string): void => {
  for (const source of sources) {
    const copy = copyOf(job, source);
    mkdirSync(path.dirname(copy), { recursive: true, mode: folderMode });
    writeFileSync(copy, contents(source), { mode: fileMode });
  }
};
