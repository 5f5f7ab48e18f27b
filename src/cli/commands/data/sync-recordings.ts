/** `sync` of recordings: what is brought, taken or looked at again, and then what is in it. */
import type { RecordingsEntry } from '../../../config/datasets.ts';
import { lookAt } from '../../../datasets/look.ts';
import { recordingsHere } from '../../../datasets/recordings-here.ts';
import { type Decisions, syncDataset } from '../../../datasets/sync.ts';
import { exitCodes, UserError, usageError } from '../../../errors/errors.ts';
import { environment } from '../../../setup/python-env.ts';
import { paths } from '../../../util/paths.ts';
import type { Context, Invocation } from '../../command.ts';
import { setUpFirst } from '../../set-up-first.ts';
import { datasetDetail } from '../../text/inventory-lines.ts';
import { createEventPrinter } from './sync-here.ts';

export const decisions = (invocation: Invocation): Decisions => {
  const longSeizures = invocation.text('long-seizures');
  if (longSeizures !== undefined && !['keep', 'leave-out'].includes(longSeizures))
    throw usageError(`--long-seizures ${longSeizures} cannot be`, 'it is keep or leave-out', 'ann-tui sync --help');
  return { ...(invocation.flag('unlabelled') ? { unlabelled: true } : {}), ...(longSeizures === undefined ? {} : { longSeizures }) };
};

/** Throws a usage error for what only recordings have. */
export const requireNoDecisions = (name: string, invocation: Invocation): void => {
  const option = ['unlabelled', 'long-seizures'].find(one => invocation.flag(one));
  if (option !== undefined) throw usageError(`--${option} is for recordings`, `${name} is a dataset of vectors`, 'ann-tui sync --help');
};

/** Throws a usage error, with how they can be had, for those that nobody publishes. */
const requireReach = ({ name, url, made, note }: RecordingsEntry, from: string | undefined): void => {
  if (from !== undefined || url !== null || made || recordingsHere(paths().datasets, name).stamp !== undefined) return;
  const why = note ?? 'they are published nowhere as a record; they are taken from a folder of this machine, which stays as it is';
  throw new UserError(
    { what: `${name} cannot be fetched`, why, kept: 'nothing was changed', hint: `ann-tui sync ${name} --from FOLDER` },
    exitCodes.usage,
  );
};

export const syncRecordings = async (
  dataset: RecordingsEntry,
  from: string | undefined,
  invocation: Invocation,
  context: Context,
): Promise<number> => {
  const { io, out } = context;
  const { name, url } = dataset;
  const said = decisions(invocation);
  requireReach(dataset, from);
  await setUpFirst(context);
  const already = recordingsHere(paths().datasets, name).state === 'verified';
  const source = from ?? (already ? undefined : url);
  out.line(already && from === undefined ? `Looking again at ${name}` : `Syncing ${name}${source == null ? '' : ` from ${source}`}`);
  const { python } = environment();
  await syncDataset({
    python,
    dataset,
    ...(from === undefined ? {} : { from }),
    ...said,
    onEvent: createEventPrinter(out),
    signal: io.signal,
  });
  const look = await lookAt(name);
  out.line();
  for (const line of datasetDetail(look)) out.line(line);
  const { info } = look;
  const { state, bytesHere } = info;
  const inventory = info.of === 'recordings' ? info.inventory : undefined;
  out.record({ type: 'dataset', name, state, bytes: bytesHere, already, ...(inventory === undefined ? {} : { inventory }) });
  return exitCodes.done;
};
