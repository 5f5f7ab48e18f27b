import path from 'node:path';
import { type DatasetKind, pinsOf } from '../../../config/datasets.ts';
import { datasetFor, findDataset, onDisk } from '../../../datasets/catalogue.ts';
import { isAddress, requireSourceFile } from '../../../datasets/source-file.ts';
import { kindOfSource, requireKind } from '../../../datasets/source-kind.ts';
import { syncDataset } from '../../../datasets/sync.ts';
import { exitCodes, UserError, usageError } from '../../../errors/errors.ts';
import type { JobEvent } from '../../../events/event.ts';
import { environment } from '../../../setup/python-env.ts';
import * as format from '../../../text/format.ts';
import { quoted } from '../../../text/shell-word.ts';
import { paths } from '../../../util/paths.ts';
import type { Context, Invocation } from '../../command.ts';
import { createPaced, type Output } from '../../output.ts';
import { datasetNotes } from '../../workloads.ts';

/** Prints a transfer's events, at a pace for reading. */
export const createEventPrinter = (out: Output) => {
  const paced = createPaced(out.line, 2000);
  return (event: JobEvent): void => {
    if (event.type !== 'failed') out.record(event);
    if (event.type === 'phase' && event.state === 'start') out.line(`  ${event.label ?? event.phase}`);
    if (event.type === 'warning') out.line(`  ! ${event.message}`);
    if (event.type === 'progress' && event.total > 0) {
      const { done, total, unit, eta_seconds } = event;
      const counted =
        unit === 'bytes'
          ? `${format.size(done)} of ${format.size(total)}`
          : unit === 'hours'
            ? `${done.toFixed(2)} of ${total.toFixed(2)} h`
            : `${format.count(done)} of ${format.count(total)} ${unit}`;
      // The end of a piece of work is always told.
      const say = done >= total ? paced.now : paced;
      say(`    ${format.percent(done / total)} (${counted})${eta_seconds === undefined ? '' : ` · ${format.duration(eta_seconds)} left`}`);
    }
  };
};

/** A person's own file, folder or address; queries and distance where it does not have them. */
export type OwnSource = { readonly of: DatasetKind; readonly from: string; readonly queries?: string; readonly distance?: string };

/** Brings one dataset of vectors here and says so. */
export const syncOne = async (name: string, own: OwnSource | undefined, { io, out }: Context): Promise<void> => {
  const from = own?.from;
  const dataset = await (own === undefined ? findDataset(name) : datasetFor(name, own.of));
  const { url, made } = dataset;
  const before = onDisk(paths().datasets, dataset);
  const { sha256 } = pinsOf(dataset);
  const pinned = sha256 === undefined || (before.of === 'vectors' && before.stamp?.sha256 === sha256);
  if (before.state === 'verified' && from === undefined && pinned) {
    out.line(`${name} is here already: ${format.size(before.bytesHere)}, verified`);
    for (const note of datasetNotes(name, before)) out.line(`  ${note}`);
    out.record({ type: 'dataset', name, state: 'verified', bytes: before.bytesHere, already: true });
    return;
  }
  if (from === undefined && url === null && made !== true && before.state === 'absent') {
    const why = 'it is published nowhere as one file; it is made from one of this machine, and `ann-tui datasets` says which';
    const hint = `ann-tui sync ${name} --from FILE`;
    throw new UserError({ what: `${name} cannot be fetched`, why, kept: 'nothing was changed', hint }, exitCodes.usage);
  }
  out.line(`Syncing ${name}${from === undefined ? (url === null ? '' : ` from ${url}`) : ` from ${from}`}`);
  const { python } = environment();
  await syncDataset({
    python,
    dataset,
    ...own,
    onEvent: createEventPrinter(out),
    signal: io.signal,
  });
  const after = onDisk(paths().datasets, dataset);
  out.line(`${name} is here: ${format.size(after.bytesHere)}, ${after.state}`);
  for (const note of datasetNotes(name, after)) out.line(`  ${note}`);
  out.record({ type: 'dataset', name, state: after.state, bytes: after.bytesHere, already: false });
};

/**
 * What --from, --queries and --distance say together. Throws a usage error where they cannot be; what contradicts the file itself is refused
 * by the harness, before anything is done.
 */
export const ownSource = async (invocation: Invocation, name: string, context: Context): Promise<OwnSource | undefined> => {
  const [from, queries] = [invocation.text('from'), invocation.text('queries')];
  const distance = checkedDistance(invocation.text('distance'));
  if (from === undefined) {
    if (queries === undefined && distance === undefined) return undefined;
    throw usageError('--queries and --distance need --from', 'they say what a file of yours does not', 'ann-tui sync --help');
  }
  const of = isAddress(from) ? undefined : kindOfSource(name, from);
  const promised = await datasetFor(name, of);
  if (promised.made)
    throw usageError(
      `${name} is made here`,
      'no file can be it; give yours a name of its own',
      `ann-tui sync ${of === 'recordings' ? 'my-eeg' : 'my-vectors'} --from ${quoted(from)}`,
    );
  if (of === undefined) {
    if (promised.of === 'recordings') {
      const why = 'recordings come from the record that configs/datasets.yaml names, or lie in a folder of this machine';
      throw usageError(`${name} cannot be fetched from ${from}`, why, `ann-tui sync ${name} --from FOLDER`);
    }
    if (queries === undefined && distance === undefined) return { of: 'vectors', from };
    const why = 'at an address is a whole dataset, which has its queries and says its distance';
    throw usageError('--queries and --distance are for files', why, `ann-tui sync ${name} --from ${quoted(from)}`);
  }
  requireSourceFile('from', from);
  requireKind(name, promised.of, from, of);
  if (of === 'recordings') {
    if (queries === undefined && distance === undefined) return { of, from };
    throw usageError('--queries and --distance are for vectors', `${from} has recordings`, `ann-tui sync ${name} --from ${quoted(from)}`);
  }
  if (queries !== undefined) requireSourceFile('queries', queries);
  const said = distance ?? checkedDistance(await askedDistance(name, from, context));
  return { of, from, ...(queries === undefined ? {} : { queries }), ...(said === undefined ? {} : { distance: said }) };
};

/** Formats of rows alone: they never say a distance. */
export const ofRows = /\.(npy|[fbi]vecs|fbin|u8bin|i8bin|safetensors|whl)$/i;

/** A name that ends in a distance and promises no dimension says what is meant; a person is asked, a program has to say it. */
export const askedDistance = async (name: string, from: string, { io, out }: Context): Promise<string | undefined> => {
  if (!/(?<!-\d+)-angular$/.test(name) || !ofRows.test(from) || !io.interactive || out.json) return undefined;
  const answer = (await io.ask(`${path.basename(from)} does not say its distance: angular or euclidean? [angular] `)).trim().toLowerCase();
  return answer === '' ? 'angular' : answer;
};

export const checkedDistance = (distance: string | undefined): string | undefined => {
  if (distance === undefined || distance === 'euclidean' || distance === 'angular') return distance;
  throw usageError(`--distance ${distance} cannot be`, 'it is euclidean or angular', 'ann-tui sync --help');
};
