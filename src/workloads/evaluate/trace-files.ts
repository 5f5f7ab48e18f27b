/** The traces that a job left, read from its folder. */
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../../errors/errors.ts';
import { size } from '../../text/format.ts';
import { shownPath } from '../../util/paths.ts';
import { readTrace, type Trace } from './trace-signal.ts';

/** 600 s of 64 channels at 256 Hz, in base64: more is no stretch to look at. */
const mostBytes = 16_000_000;

const refused = (what: string, why: string): UserError => new UserError({ what, why, kept: 'the result and every other trace' });

/** `job`: the job's folder. `file`: below it, as the job said. Throws a `UserError` that names the file. */
export const traceIn = (job: string, file: string): Trace => {
  const full = path.resolve(job, file);
  // What the job says is not trusted to lead anywhere else.
  if (!full.startsWith(`${path.resolve(job)}${path.sep}`))
    throw refused('The trace cannot be opened', `${file} is not in the folder of the job`);
  const shown = shownPath(full);
  let text: string;
  try {
    const { size: bytes } = statSync(full);
    if (bytes > mostBytes) throw new Error(`${size(bytes)} is more than a trace has`);
    text = readFileSync(full, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw refused('The trace cannot be read', `${shown}: ${code === 'ENOENT' ? 'there is no such file here' : message}`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw refused('The trace cannot be read', `${shown} is damaged: it holds no JSON`);
  }
  const trace = readTrace(value);
  if ('misfit' in trace) throw refused('The trace cannot be read', `${shown} is damaged: ${trace.misfit}`);
  return trace;
};
