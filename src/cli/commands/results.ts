import { copyFileSync, cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { exitCodes, UserError, usageError } from '../../errors/errors.ts';
import { ModalError } from '../../modal-client/errors.ts';
import type { Where } from '../../modal-client/index.ts';
import { readMoment } from '../../process/moment.ts';
import { isRunId } from '../../runs/ids.ts';
import { recoverRuns } from '../../runs/start-supervisor.ts';
import { openRun, type RunReader, resolveRun } from '../../runs/store.ts';
import { agree, counted } from '../../text/format.ts';
import { unitsOf, workloadOf } from '../../workloads/registry.ts';
import { accountIn, type Context, type Run } from '../command.ts';
import { statusWord } from '../text/status-word.ts';
import { boughtLines, costLine, resultRecord } from '../text/summary.ts';
import { linesOf } from '../workloads.ts';

/** Copies what the run has produced; refuses to write over anything. */
const get = (reader: RunReader, folder: string, { out }: Context): void => {
  const { results, log, job, journal } = reader.files;
  const sources = [results, log, path.join(job, 'events.ndjson'), path.join(job, 'job.json'), journal].filter(file => existsSync(file));
  const target = path.resolve(folder);
  const files = sources.map(source => ({ source, copy: path.join(target, path.basename(source)) }));
  const state = reader.refresh();
  const { recordFile } = linesOf(state.spec);
  const record = path.join(target, recordFile);
  const folders = workloadOf(state.spec).folders.map(name => ({ source: path.join(job, name), copy: path.join(target, name) }));
  const taken = [...files.map(({ copy }) => copy), record, ...folders.map(({ copy }) => copy)].find(file => existsSync(file));
  if (taken !== undefined)
    throw usageError(`${taken} exists already`, 'nothing is written over', `ann-tui results ${reader.run} --get ${folder}/${reader.run}`);
  try {
    mkdirSync(target, { recursive: true });
    for (const { source, copy } of files) copyFileSync(source, copy);
    // Names that begin with a dot are of files that were never finished.
    for (const { source, copy } of folders) {
      if (existsSync(source)) cpSync(source, copy, { recursive: true, filter: file => !path.basename(file).startsWith('.') });
    }
    writeFileSync(record, `${JSON.stringify(resultRecord(state, Date.now()), undefined, 2)}\n`);
  } catch (error) {
    throw new UserError({
      what: `The results could not be copied to ${target}`,
      why: (error as Error).message,
      kept: `the originals in ${job}`,
    });
  }
  const names = [
    ...files.map(({ copy }) => path.basename(copy)),
    recordFile,
    ...folders.map(({ copy }) => path.basename(copy)).filter(name => existsSync(path.join(target, name))),
  ];
  out.line();
  out.line(`Copied to ${target}: ${names.join(', ')}`);
  out.record({ type: 'copied', run: reader.run, folder: target, files: names });
};

/** What the results volume has of a run, into an empty or new folder; interrupted, the same command goes on. */
const getFromVolume = async (run: string, folder: string, where: Where, { io, out }: Context): Promise<void> => {
  const [{ withModal }, { loadModal }] = await Promise.all([import('../../accounts/with-modal.ts'), import('../../config/modal.ts')]);
  const target = path.resolve(folder);
  const volume = (await loadModal()).value.volumes.results;
  await withModal(where, async client => {
    const { files, kept } = await client.volumeFetch(volume, `runs/${run}`, target, { signal: io.signal });
    out.line(
      `Copied from ${volume} to ${target}: ${counted(files, 'file')}${kept === 0 ? '' : `, ${kept} of them ${agree(kept, 'was', 'were')} there already`}`,
    );
    out.record({ type: 'copied', run, folder: target, volume, files, kept });
  });
};

/** A run that this machine does not know can still be on the volume. */
const resolveOrFetch = async (text: string, folder: string | undefined, where: Where, context: Context): Promise<string | undefined> => {
  try {
    return resolveRun(text);
  } catch (error) {
    if (folder === undefined || !isRunId(text)) throw error;
    context.out.note(`${text} is not known on this machine; looking on the results volume`);
    try {
      await getFromVolume(text, folder, where, context);
    } catch (remote) {
      if (remote instanceof ModalError && remote.kind === 'not-found') throw error;
      throw remote;
    }
    return undefined;
  }
};

export const run: Run = async (invocation, context) => {
  const { out } = context;
  const folder = invocation.text('get');
  const where = accountIn(invocation);
  recoverRuns();
  const known = await resolveOrFetch(invocation.words[0] ?? '', folder, where, context);
  if (known === undefined) return exitCodes.done;
  const reader = openRun(known);
  const state = reader.refresh();
  const { done } = unitsOf(state);
  const now = readMoment();
  const { cloud } = state.spec;
  const there = { profile: where.profile ?? cloud?.profile ?? null, environment: where.environment ?? cloud?.environment ?? null };
  // What the run left at Modal was not fetched yet, or could not be.
  const onlyThere = cloud !== undefined && state.status === 'ended' && !existsSync(reader.files.results);
  if (done === 0 && onlyThere && folder !== undefined) {
    await getFromVolume(reader.run, folder, there, context);
    return exitCodes.done;
  }
  if (done === 0) {
    const why =
      state.status === 'ended' ? `it ended as ${statusWord(state)}` : `its first ${workloadOf(state.spec).noun.one} is not finished yet`;
    throw new UserError({
      what: `${reader.run} has no results`,
      why,
      hint: `ann-tui ${state.status === 'ended' ? 'show' : 'attach'} ${reader.run}`,
    });
  }
  const lines = linesOf(state.spec);
  for (const line of [...lines.table(state), ...lines.tableNotes(state), ...lines.bad(state)]) out.line(line);
  out.line();
  out.line(`${statusWord(state)} · ${costLine(state, now)}`);
  for (const line of boughtLines(state, now)) out.line(line);
  for (const paragraph of lines.report(state)) {
    out.line();
    for (const line of paragraph) out.line(line);
  }
  if (folder !== undefined) {
    get(reader, folder, context);
    if (onlyThere) await getFromVolume(reader.run, path.join(folder, 'volume'), there, context);
  }
  out.record(resultRecord(state, now));
  return exitCodes.done;
};
