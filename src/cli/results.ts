import { copyFileSync, cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { exitCodes, UserError, usageError } from '../errors.ts';
import { recoverRuns } from '../runs/start-supervisor.ts';
import { openRun, type RunReader, resolveRun } from '../runs/store.ts';
import type { Context, Run } from './command.ts';
import { costLine, pointTable, resultRecord, statusWord, verdictLines } from './summary.ts';

/** Points as ann-benchmarks stores them: a file each, for its own plots. */
const hdf5Folder = 'results-hdf5';

/** Copies what the run has produced; refuses to write over anything. */
const get = (reader: RunReader, folder: string, { out }: Context): void => {
  const { results, log, job, journal } = reader.files;
  const sources = [results, log, path.join(job, 'events.ndjson'), path.join(job, 'job.json'), journal].filter(file => existsSync(file));
  const target = path.resolve(folder);
  const files = sources.map(source => ({ source, copy: path.join(target, path.basename(source)) }));
  const points = path.join(target, 'points.json');
  const plots = { source: path.join(job, hdf5Folder), copy: path.join(target, hdf5Folder) };
  const taken = [...files.map(({ copy }) => copy), points, plots.copy].find(file => existsSync(file));
  if (taken !== undefined)
    throw usageError(`${taken} exists already`, 'nothing is written over', `ann-tui results ${reader.run} --get ${folder}/${reader.run}`);
  try {
    mkdirSync(target, { recursive: true });
    for (const { source, copy } of files) copyFileSync(source, copy);
    // Names that begin with a dot are of files that were never finished.
    if (existsSync(plots.source)) {
      cpSync(plots.source, plots.copy, { recursive: true, filter: source => !path.basename(source).startsWith('.') });
    }
    writeFileSync(points, `${JSON.stringify(resultRecord(reader.refresh(), Date.now()), undefined, 2)}\n`);
  } catch (error) {
    throw new UserError({
      what: `The results could not be copied to ${target}`,
      why: (error as Error).message,
      kept: `the originals in ${job}`,
    });
  }
  const names = [...files.map(({ copy }) => path.basename(copy)), 'points.json', ...(existsSync(plots.copy) ? [hdf5Folder] : [])];
  out.line();
  out.line(`Copied to ${target}: ${names.join(', ')}`);
  out.record({ type: 'copied', run: reader.run, folder: target, files: names });
};

export const run: Run = async (invocation, context) => {
  const { out } = context;
  recoverRuns();
  const reader = openRun(resolveRun(invocation.words[0] ?? ''));
  const state = reader.refresh();
  const now = Date.now();
  if (state.points.length === 0) {
    const why = state.status === 'ended' ? `it ended as ${statusWord(state)}` : 'its first point is not measured yet';
    throw new UserError({
      what: `${reader.run} has no results`,
      why,
      hint: `ann-tui ${state.status === 'ended' ? 'show' : 'attach'} ${reader.run}`,
    });
  }
  for (const line of pointTable(state.points)) out.line(line);
  for (const line of verdictLines(state)) out.line(line);
  out.line();
  out.line(`${statusWord(state)} · ${costLine(state, now)}`);
  const noisy = state.points.filter(point => point.noisy === true).length;
  if (noisy > 0) out.line(`noisy: ${noisy} of ${state.points.length} points were measured on a busy machine or differ from pass to pass`);
  const folder = invocation.text('get');
  if (folder !== undefined) get(reader, folder, context);
  out.record(resultRecord(state, now));
  return exitCodes.done;
};
