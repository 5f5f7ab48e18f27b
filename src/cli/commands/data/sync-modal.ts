/** `sync --target modal`: the cost first, then the container or the upload, followed for as long as somebody looks. */
import { withModal } from '../../../accounts/with-modal.ts';
import { loadModal } from '../../../config/modal.ts';
import { datasetFor, findDataset } from '../../../datasets/catalogue.ts';
import { type CloudSync, findCloudSync, followCloudSync, planCloudSync, startCloudSync } from '../../../datasets/cloud-sync.ts';
import type { KnownDataset } from '../../../datasets/dataset-info.ts';
import { datasetsOn } from '../../../datasets/places.ts';
import { isAddress } from '../../../datasets/source-file.ts';
import type { SyncPlan } from '../../../datasets/sync-plan.ts';
import { cloudSyncOf, isInReach, planUpload, requireHere, requireVectors, uploadDataset } from '../../../datasets/volume-sync.ts';
import { exitCodes, UserError } from '../../../errors/errors.ts';
import type { Where } from '../../../modal-client/index.ts';
import type { ModalClient } from '../../../modal-client/types.ts';
import * as format from '../../../text/format.ts';
import { accountIn, type Context, type Invocation } from '../../command.ts';
import { Interruption } from '../../io.ts';
import { needModalClient } from '../../need-modal.ts';
import { setUpFirst } from '../../set-up-first.ts';
import { createUploadPrinter, uploadedText } from '../../text/upload-lines.ts';
import { createEventPrinter, type OwnSource, ownSource, syncOne } from './sync-here.ts';
import { requireNoDecisions } from './sync-recordings.ts';

type Job = { readonly client: ModalClient; readonly where: Where; readonly invocation: Invocation; readonly context: Context };

const done = (name: string, volume: string, bytes: number, already: boolean, { out }: Context): number => {
  out.line(
    already
      ? `${name} is on ${volume} already: ${format.size(bytes)}, verified`
      : `${name} is on ${volume}: ${format.size(bytes)}, verified`,
  );
  out.record({ type: 'dataset', place: 'modal', volume, name, state: 'verified', bytes, already });
  return exitCodes.done;
};

const costLines = ({ container, dollarsPerHour, seconds, limitSeconds }: Extract<SyncPlan, { how: 'cloud' }>): readonly string[] => {
  const cost = (time: number) => format.money((dollarsPerHour * time) / 3600);
  return [
    `  in a container of its own at Modal: ${container}, ${format.money(dollarsPerHour)}/h`,
    `  about ${format.duration(seconds.likely)} (${format.duration(seconds.low)} to ${format.duration(seconds.high)}): ${cost(seconds.likely)} (${cost(seconds.low)} to ${cost(seconds.high)}), an estimate`,
    `  at most ${cost(limitSeconds)}: Modal's own timer ends it after ${format.duration(limitSeconds)}`,
  ];
};

/** As paid things are agreed to: a yes, or `--yes` where nobody can be asked. */
const agreed = async (
  name: string,
  plan: Extract<SyncPlan, { how: 'cloud' }>,
  { invocation, context: { io, out } }: Job,
): Promise<boolean> => {
  if (invocation.flag('yes')) return true;
  if (!io.interactive || out.json) {
    const why = 'a container at Modal costs money: without a terminal to ask in it needs --yes';
    throw new UserError({ what: 'Nothing was started', why, hint: `ann-tui sync ${name} --target modal --yes` }, exitCodes.usage);
  }
  const likely = format.money((plan.dollarsPerHour * plan.seconds.likely) / 3600);
  return /^y(es)?$/i.test((await io.ask(`Start it? It costs money: about ${likely}. [y/N] `)).trim());
};

/** Ctrl-C leaves it going. */
const left = (error: unknown, name: string, { out }: Context): number => {
  if (!(error instanceof Interruption)) throw error;
  const back = `ann-tui sync ${name} --target modal`;
  out.note(`It goes on at Modal without this terminal; back to it: ${back}`);
  out.record({ type: 'left', dataset: name, attach: back });
  return error.exitCode;
};

const inCloud = async (sync: CloudSync, job: Job): Promise<number> => {
  const { context } = job;
  const { io, out } = context;
  const { name } = sync.source;
  const found = await findCloudSync(sync);
  const plan = await planCloudSync(sync, found !== undefined);
  if (found === undefined) {
    out.line(`Syncing ${name} to ${plan.volume}${sync.source.url === null ? '' : ` from ${sync.source.url}`}`);
    for (const line of costLines(plan)) out.line(line);
    out.record({
      type: 'plan',
      dataset: name,
      volume: plan.volume,
      container: plan.container,
      dollars_per_hour: plan.dollarsPerHour,
      seconds: plan.seconds,
      limit_seconds: plan.limitSeconds,
    });
    if (!(await agreed(name, plan, job))) {
      out.line('Nothing was started.');
      return exitCodes.done;
    }
    out.line('  Starting it; the first time its image is built, which takes some minutes');
  } else out.line(`${name} is on its way to ${plan.volume} already; following it`);
  const underWay = found ?? (await startCloudSync(sync, io.signal));
  try {
    const onContact = (word: 'lost' | 'back') =>
      out.line(word === 'lost' ? '  ! Modal does not answer; it goes on there' : '  Modal answers again');
    const bytes = await followCloudSync(sync, underWay, { onEvent: createEventPrinter(out), onContact, signal: io.signal });
    return done(name, plan.volume, bytes, false, context);
  } catch (error) {
    return left(error, name, context);
  }
};

const fromHere = async (name: string, { client, context }: Job): Promise<number> => {
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
  requireVectors(await (own === undefined ? findDataset(name) : datasetFor(name, own.of)));
  requireNoDecisions(name, invocation);
  const file = own !== undefined && !isAddress(own.from) ? own : undefined;
  const entry = file === undefined ? await entryOf(name, own) : undefined;
  // A wrong name, or one that cannot be had, is told before anybody is asked.
  if (entry !== undefined && !isInReach(entry)) requireHere(name);
  await needModalClient(context);
  return await withModal(accountIn(invocation), async (client, where) => {
    const job = { client, where, invocation, context };
    const volume = (await loadModal()).value.volumes.datasets;
    const there = (await datasetsOn(client, volume)).get(name);
    if (own === undefined && there?.state === 'verified') return done(name, volume, there.bytes, true, context);
    if (file !== undefined) await bringHere(name, file, context);
    if (entry === undefined || !isInReach(entry)) return await fromHere(name, job);
    return await inCloud(cloudSyncOf(client, where, entry), job);
  });
};
