/** `sync --target modal`: a container there, or the upload from here. */
import { withModal } from '../../../accounts/with-modal.ts';
import { loadModal } from '../../../config/modal.ts';
import { datasetFor, datasetThere, findDataset } from '../../../datasets/catalogue.ts';
import type { KnownDataset } from '../../../datasets/dataset-info.ts';
import { datasetsOn } from '../../../datasets/places.ts';
import { isAddress } from '../../../datasets/source-file.ts';
import { cloudSyncOf, isInReach, planUpload, requireHere, uploadDataset } from '../../../datasets/volume-sync.ts';
import type { ModalClient } from '../../../modal-client/types.ts';
import * as format from '../../../text/format.ts';
import { accountIn, type Context, type Invocation } from '../../command.ts';
import { Interruption } from '../../io.ts';
import { needModalClient } from '../../need-modal.ts';
import { setUpFirst } from '../../set-up-first.ts';
import { createUploadPrinter, uploadedText } from '../../text/upload-lines.ts';
import { done, inCloud, type Job } from './sync-cloud.ts';
import { type OwnSource, ownSource, syncOne } from './sync-here.ts';
import { requireNoDecisions } from './sync-recordings.ts';
import { syncRecordingsToModal } from './sync-recordings-modal.ts';

type OnModal = Job & { readonly client: ModalClient };

const fromHere = async (name: string, { client, context }: OnModal): Promise<number> => {
  const { io, out } = context;
  const { volume, bytes, dollarsPerMonth } = await planUpload(name);
  out.line(`Uploading ${name} to ${volume}: ${format.size(bytes)}`);
  out.line(`  the transfer costs nothing; kept there ${format.money(dollarsPerMonth)} a month beyond the workspace's free TiB`);
  try {
    const uploaded = await uploadDataset(client, name, createUploadPrinter(out), io.signal);
    out.line(`  ${uploadedText(uploaded)}`);
  } catch (error) {
    if (error instanceof Interruption) out.note('What was sent is kept; the same command goes on.');
    throw error;
  }
  return done(name, volume, bytes, false, context);
};

/** A file or folder of this machine becomes a verified dataset here first. */
const bringHere = async (name: string, own: OwnSource, context: Context): Promise<void> => {
  await datasetFor(name);
  await setUpFirst(context);
  await syncOne(name, own, context);
};

const entryOf = async (name: string, own: OwnSource | undefined): Promise<KnownDataset> => {
  if (own === undefined) return await findDataset(name);
  const { own: _own, ...entry } = await datasetFor(name, own.of);
  if (entry.of === 'recordings') return entry;
  // An address of a person's own: what the catalogue pins is another file.
  const { mirrors: _mirrors, sha256: _sha256, ...vectors } = entry;
  return { ...vectors, url: own.from };
};

export const syncToModal = async (name: string, invocation: Invocation, context: Context): Promise<number> => {
  const own = await ownSource(invocation, name, context);
  const hasBucket = (await loadModal()).value.buckets?.recordings !== undefined;
  const dataset = await (own === undefined ? datasetThere(name, hasBucket) : datasetFor(name, own.of));
  if (dataset.of === 'recordings') return await syncRecordingsToModal(dataset, own?.from, invocation, context);
  requireNoDecisions(name, invocation);
  const file = own !== undefined && !isAddress(own.from) ? own : undefined;
  const entry = file === undefined ? await entryOf(name, own) : undefined;
  // A wrong name, or one that cannot be had, is told before anybody is asked.
  if (entry !== undefined && !isInReach(entry)) requireHere(name);
  await needModalClient(context);
  return await withModal(accountIn(invocation), async (client, where) => {
    const job = { client, invocation, context };
    const volume = (await loadModal()).value.volumes.datasets;
    const there = (await datasetsOn(client, volume)).get(name);
    if (own === undefined && there?.state === 'verified') return done(name, volume, there.bytes, true, context);
    if (file !== undefined) await bringHere(name, file, context);
    if (entry === undefined || !isInReach(entry)) return await fromHere(name, job);
    return await inCloud(cloudSyncOf(client, where, entry), job);
  });
};
