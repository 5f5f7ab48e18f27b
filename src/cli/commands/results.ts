import { exitCodes, UserError } from '../../errors/errors.ts';
import { ModalError } from '../../modal-client/errors.ts';
import type { Where } from '../../modal-client/index.ts';
import type { VolumeEntry } from '../../modal-client/types.ts';
import { readMoment } from '../../process/moment.ts';
import { isRunId } from '../../runs/ids.ts';
import { recoverRuns } from '../../runs/start-supervisor.ts';
import { openRun, type RunReader, resolveRun } from '../../runs/store.ts';
import { agree, counted, size } from '../../text/format.ts';
import { unitsOf, workloadOf } from '../../workloads/registry.ts';
import { accountIn, type Context, type Run } from '../command.ts';
import { copyResults } from '../results/copy.ts';
import { allOf, beside, fetchFromVolume, type Wanted } from '../results/fetch.ts';
import { type OwnFolder, ownFolder } from '../results/own-folder.ts';
import { statusWord } from '../text/status-word.ts';
import { boughtLines, costLine, resultRecord } from '../text/summary.ts';
import { linesOf } from '../workloads.ts';

const told = (files: number, kept: number): string =>
  `${counted(files, 'file')}${kept === 0 ? '' : `, ${kept} of them ${agree(kept, 'was', 'were')} there already`}`;

/** Copies what the run has produced; writes over nothing but what it wrote itself. */
const copy = async (reader: RunReader, own: OwnFolder, whole: boolean, { io, out }: Context): Promise<void> => {
  const { names, files, kept } = await copyResults(reader, own, { whole, signal: io.signal });
  out.line();
  out.line(`Copied to ${own.folder}: ${names.join(', ')}${kept === 0 ? '' : ` (${told(files, kept)})`}`);
  out.record({ type: 'copied', run: reader.run, folder: own.folder, files: names, kept });
};

const fetch = async (
  run: string,
  own: OwnFolder,
  where: Where,
  context: Context,
  choose: (entries: () => Promise<readonly VolumeEntry[]>) => Promise<readonly Wanted[]> = async () => allOf(run, own),
): Promise<void> => {
  const { loadModal } = await import('../../config/modal.ts');
  const volume = (await loadModal()).value.volumes.results;
  const { files, kept, bytes } = await fetchFromVolume({ run, own, where, volume, choose }, context);
  context.out.line(`Copied from ${volume} to ${own.folder}: ${told(files, kept)}, ${size(bytes)} fetched`);
  context.out.record({ type: 'copied', run, folder: own.folder, volume, files, kept, bytes });
};

/** A run that this machine does not know can still be on the volume. */
const resolveOrFetch = async (text: string, folder: string | undefined, where: Where, context: Context): Promise<string | undefined> => {
  try {
    return resolveRun(text);
  } catch (error) {
    if (folder === undefined || !isRunId(text)) throw error;
    context.out.note(`${text} is not known on this machine; looking on the results volume`);
    try {
      await fetch(text, ownFolder(text, folder), where, context);
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
  const notHere = cloud !== undefined && (state.collected === undefined || state.collected.failure !== undefined);
  if (done === 0 && notHere && state.status === 'ended' && folder !== undefined) {
    await fetch(reader.run, ownFolder(reader.run, folder), there, context);
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
    const own = ownFolder(reader.run, folder);
    await copy(reader, own, !notHere, context);
    if (notHere) await fetch(reader.run, own, there, context, async entries => beside(state, await entries(), own));
  }
  out.record(resultRecord(state, now));
  return exitCodes.done;
};
