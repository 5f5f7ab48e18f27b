import { datasetNote, differenceAt, toldDifference } from '../compare/recall-rule.ts';
import { datasetFor, findDataset, type OnDisk, onDisk, rulesDifferOf } from '../data/catalogue.ts';
import { requireSourceFile } from '../data/source-file.ts';
import { syncDataset } from '../data/sync.ts';
import { exitCodes, UserError, usageError } from '../errors.ts';
import type { JobEvent } from '../events/event.ts';
import * as format from '../money/format.ts';
import { paths } from '../paths.ts';
import { environment } from '../setup/environment.ts';
import type { Context, Invocation, Run } from './command.ts';
import { createPaced, type Output } from './output.ts';
import { setUpFirst } from './set-up-first.ts';

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
        unit === 'bytes' ? `${format.size(done)} of ${format.size(total)}` : `${format.count(done)} of ${format.count(total)} ${unit}`;
      paced(
        `    ${format.percent(done / total)} (${counted})${eta_seconds === undefined ? '' : ` · ${format.duration(eta_seconds)} left`}`,
      );
    }
  };
};

/** A person's own file, folder or address; queries and distance where it does not have them. */
export type OwnSource = { readonly from: string; readonly queries?: string; readonly distance?: string };

/** What is to be known of its recall: of the usual k, or the largest that it has true neighbours for. */
const notesOf = (name: string, here: OnDisk): readonly string[] => {
  const byK = rulesDifferOf(here) ?? {};
  const k = '10' in byK ? 10 : 1;
  const most = differenceAt(byK, k);
  return most > toldDifference ? [datasetNote(name, k, most)] : [];
};

/** Brings one dataset here and says so. */
export const syncOne = async (name: string, own: OwnSource | undefined, { io, out }: Context): Promise<void> => {
  const from = own?.from;
  const { url, mirrors, sha256, made } = await (own === undefined ? findDataset(name) : datasetFor(name));
  const before = onDisk(paths().datasets, name);
  const pinned = sha256 === undefined || before.stamp?.sha256 === sha256;
  if (before.state === 'verified' && from === undefined && pinned) {
    out.line(`${name} is here already: ${format.size(before.bytesHere)}, verified`);
    for (const note of notesOf(name, before)) out.line(`  ${note}`);
    out.record({ type: 'dataset', name, state: 'verified', bytes: before.bytesHere, already: true });
    return;
  }
  if (from === undefined && url === null && made !== true && before.state === 'absent') {
    const why = 'it is published nowhere as one file; it is made from a file on this machine';
    const hint = `ann-tui sync ${name} --from FILE (see \`ann-tui datasets\`)`;
    throw new UserError({ what: `${name} cannot be fetched`, why, kept: 'nothing was changed', hint }, exitCodes.usage);
  }
  out.line(`Syncing ${name}${from === undefined ? (url === null ? '' : ` from ${url}`) : ` from ${from}`}`);
  const { python } = environment();
  await syncDataset({
    python,
    name,
    url,
    ...(mirrors === undefined ? {} : { mirrors }),
    ...(sha256 === undefined ? {} : { sha256 }),
    ...own,
    onEvent: createEventPrinter(out),
    signal: io.signal,
  });
  const after = onDisk(paths().datasets, name);
  out.line(`${name} is here: ${format.size(after.bytesHere)}, ${after.state}`);
  for (const note of notesOf(name, after)) out.line(`  ${note}`);
  out.record({ type: 'dataset', name, state: after.state, bytes: after.bytesHere, already: false });
};

/** What --from, --queries and --distance say together. */
export const ownSource = (invocation: Invocation, name: string): OwnSource | undefined => {
  const [from, queries, distance] = [invocation.text('from'), invocation.text('queries'), invocation.text('distance')];
  if (distance !== undefined && distance !== 'euclidean' && distance !== 'angular') {
    throw usageError(
      `--distance ${distance} cannot be`,
      'it is euclidean or angular',
      `ann-tui sync ${name} --from FILE --distance angular`,
    );
  }
  if (from !== undefined) requireSourceFile('from', from, name);
  if (queries !== undefined) requireSourceFile('queries', queries, name);
  if (from !== undefined) return { from, ...(queries === undefined ? {} : { queries }), ...(distance === undefined ? {} : { distance }) };
  if (queries === undefined && distance === undefined) return undefined;
  throw usageError('--queries and --distance need --from', 'they say what a file of yours does not', `ann-tui sync ${name} --from FILE`);
};

export const run: Run = async (invocation, context) => {
  if (invocation.flag('to')) return await (await import('./sync-s3.ts')).run(invocation, context);
  const [name = ''] = invocation.words;
  const target = invocation.text('target') ?? 'local';
  if (target === 'modal') return await (await import('./sync-modal.ts')).syncToModal(name, invocation, context);
  if (target !== 'local') throw usageError(`--target ${target} cannot be`, 'it is local or modal', 'ann-tui sync --help');
  const own = ownSource(invocation, name);
  // A wrong name is told before a minute of set-up.
  await (own === undefined ? findDataset(name) : datasetFor(name));
  await setUpFirst(context);
  await syncOne(name, own, context);
  return exitCodes.done;
};
