/** `sync --target modal` of recordings: fetched there, inventoried in their bucket, or uploaded; then what is in them. */
import { withModal } from '../../../accounts/with-modal.ts';
import type { RecordingsEntry } from '../../../config/datasets.ts';
import { loadModal } from '../../../config/modal.ts';
import { uselessFor } from '../../../datasets/inventory.ts';
import { infoThere } from '../../../datasets/look-there.ts';
import { recordingsHere } from '../../../datasets/recordings-here.ts';
import { stampThere } from '../../../datasets/recordings-there.ts';
import { planRecordingsUpload, recordingsWay, uploadRecordings } from '../../../datasets/recordings-to-modal.ts';
import { exitCodes, usageError } from '../../../errors/errors.ts';
import type { ModalClient } from '../../../modal-client/types.ts';
import * as format from '../../../text/format.ts';
import { paths } from '../../../util/paths.ts';
import { accountIn, type Context, type Invocation } from '../../command.ts';
import { Interruption } from '../../io.ts';
import { needModalClient } from '../../need-modal.ts';
import { setUpFirst } from '../../set-up-first.ts';
import { datasetDetail } from '../../text/inventory-lines.ts';
import { createUploadPrinter, uploadedText } from '../../text/upload-lines.ts';
import { done, inCloud } from './sync-cloud.ts';
import { decisions, syncRecordings } from './sync-recordings.ts';

/** Throws a usage error for recordings that nothing could be done with there; what is wrong with each of them stands above it. */
const requireUse = (name: string): void => {
  const inventory = recordingsHere(paths().datasets, name).stamp?.inventory;
  const error = inventory === undefined ? undefined : uselessFor(inventory);
  if (error === undefined) return;
  const { what, why, hint } = error;
  throw usageError(`${name} was not sent: ${what}`, hint === undefined ? why : `${why}; ${hint}`, `ann-tui sync ${name} --target modal`);
};

/** Here first: it is counted before a byte of it is sent, and what is doubtful is decided. */
const fromHere = async (
  dataset: RecordingsEntry,
  from: string | undefined,
  client: ModalClient,
  invocation: Invocation,
  context: Context,
): Promise<number> => {
  const { io, out } = context;
  const { name } = dataset;
  await syncRecordings(dataset, from, invocation, context);
  requireUse(name);
  const { volume, bytes, dollarsPerMonth } = await planRecordingsUpload(name);
  out.line();
  out.line(`Uploading ${name} to ${volume}: ${format.size(bytes)}`);
  out.line(`  the transfer costs nothing; kept there ${format.money(dollarsPerMonth)} a month beyond the workspace's free TiB`);
  try {
    const uploaded = await uploadRecordings(client, name, createUploadPrinter(out), io.signal);
    out.line(`  ${uploadedText(uploaded)}`);
    return done(name, volume, bytes, uploaded.already, context);
  } catch (error) {
    if (error instanceof Interruption) out.note('What was sent is kept; the same command goes on.');
    throw error;
  }
};

export const syncRecordingsToModal = async (
  dataset: RecordingsEntry,
  from: string | undefined,
  invocation: Invocation,
  context: Context,
): Promise<number> => {
  const { out } = context;
  const { name } = dataset;
  const said = decisions(invocation);
  const way = await recordingsWay(dataset, from !== undefined, said);
  if (way.how === 'upload') await setUpFirst(context);
  await needModalClient(context);
  return await withModal(accountIn(invocation), async (client, where) => {
    const volume = (await loadModal()).value.volumes.datasets;
    if (way.how === 'upload') return await fromHere(dataset, from, client, invocation, context);
    const { source } = way;
    const isLooked = source.bucket === undefined && Object.keys(said).length === 0;
    const there = isLooked ? await stampThere(client, volume, name) : undefined;
    const code = there === undefined ? await inCloud({ client, where, source }, { invocation, context }) : exitCodes.done;
    const stamp = there ?? (await stampThere(client, volume, name));
    if (code !== exitCodes.done || stamp === undefined) return code;
    if (there !== undefined) done(name, volume, stamp.bytes, true, context);
    out.line();
    for (const line of datasetDetail(infoThere(dataset, volume, stamp))) out.line(line);
    return code;
  });
};
