/**
 * A dataset fetched and verified by a small container at Modal, onto the datasets volume. It is launched detached and known by its name there
 * ("ann-tui-sync-KEY-N"), so that whoever asks for the same dataset again, from here or elsewhere, follows the one that is under way.
 */
import path from 'node:path';
import { currentPrices } from '../accounts/live-rates.ts';
import type { DatasetKind } from '../config/datasets.ts';
import { loadModal } from '../config/modal.ts';
import { exitCodes, UserError } from '../errors/errors.ts';
import type { Failure } from '../errors/failure.ts';
import { type JobEvent, parseLine } from '../events/event.ts';
import { toldFailure } from '../events/told.ts';
import { explainModal, modalProgram, type Where } from '../modal-client/index.ts';
import type { App, CallState, LogBatch, ModalClient } from '../modal-client/types.ts';
import { volumesObstacle } from '../modal-client/volume-version.ts';
import { containerLabel, containerPrice } from '../prices/container-price.ts';
import { makeFolder, readJson, writeJsonAtomic } from '../process/files.ts';
import { appName, ofAppName } from '../runs/app-name.ts';
import type { ModalHandle } from '../runs/journal-entry.ts';
import type { BucketConfig } from '../runs/spec.ts';
import { bucketKeys } from '../secrets/known.ts';
import { secretObstacle } from '../secrets/secrets.ts';
import { bucketsOf } from '../targets/modal/buckets.ts';
import { createLauncher } from '../targets/modal/launcher.ts';
import { createLineJoiner, readLine } from '../targets/modal/stream.ts';
import { packageRoot } from '../util/paths.ts';
import { bucketAddress } from './bucket-recordings.ts';
import { datasetsOn } from './places.ts';
import type { Decisions } from './sync.ts';
import type { SyncPlan } from './sync-plan.ts';
import { keyOf, transfersFolder } from './transfers.ts';

/** What is to be fetched; of a bucket's recordings the inventory alone is taken. */
export type CloudSource = {
  readonly of: DatasetKind;
  readonly name: string;
  /** Rounded, for the estimate; 0 when nobody knows. */
  readonly bytes: number;
  /** null for what the harness makes. */
  readonly url: string | null;
  readonly mirrors?: readonly string[];
  readonly sha256?: string;
  /** Recordings that lie in it, and stay there. */
  readonly bucket?: BucketConfig;
  /** What is said of doubtful annotations; else as the last time. */
  readonly decided?: Decisions;
};

export type CloudSync = {
  readonly client: ModalClient;
  readonly where: Where;
  readonly source: CloudSource;
};

/** Under way: its app, and its call where it was launched from here. */
export type UnderWay = { readonly app: string; readonly call?: string; readonly attempt?: number };

/** Seconds after which Modal's own timer ends it. */
const limitSeconds = 4 * 3600;
/** Milliseconds for the launch's wrapper to say who it is. */
const patience = 60_000;
const liveStates: readonly App['state'][] = ['initializing', 'ephemeral', 'detached', 'deployed', 'unknown'];

const identity = async ({ where, source }: Omit<CloudSync, 'client'>) => {
  const { value: modal } = await loadModal();
  const { name, url, mirrors = [], sha256 = '', bucket } = source;
  const volume = modal.volumes.datasets;
  const from = bucket === undefined ? [] : [bucketAddress(bucket), bucket.endpoint ?? ''];
  const run = `sync-${keyOf(name, volume, where.profile ?? '', where.environment ?? '', url ?? '', sha256, ...mirrors, ...from)}`;
  return { modal, volume, run, job: path.join(transfersFolder(), run) };
};

const launcherOf = async (sync: CloudSync, attempt: number) => {
  const { run, job } = await identity(sync);
  return createLauncher({
    client: sync.client,
    program: () => modalProgram(sync.where),
    run,
    attempt,
    job,
    app: path.join(packageRoot, 'modal', 'apps', 'sync.py'),
    patience,
  });
};

const notes = (job: string): string => path.join(job, 'sync.json');

const lastAttempt = (job: string): { readonly attempt: number; readonly over: boolean } => {
  const { attempt, over } = (readJson(notes(job)) ?? {}) as { readonly attempt?: unknown; readonly over?: unknown };
  return Number.isSafeInteger(attempt) ? { attempt: attempt as number, over: over === true } : { attempt: 0, over: true };
};

/** What the attempt has begun at Modal. A launch that failed has begun nothing: whoever asks again is to have another one, not its old words. */
const begunBy = async (sync: CloudSync, attempt: number): Promise<ModalHandle | undefined> => {
  try {
    return await (await launcherOf(sync, attempt)).find();
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
};

/** The one that is under way now, begun here or elsewhere. */
export const findCloudSync = async (sync: CloudSync): Promise<UnderWay | undefined> => {
  const { run, job } = await identity(sync);
  const { attempt, over } = lastAttempt(job);
  if (!over) {
    const handle = await begunBy(sync, attempt);
    if (handle !== undefined && (await sync.client.call(handle.call)).state === 'running') {
      return { app: handle.app, call: handle.call, attempt };
    }
    writeJsonAtomic(notes(job), { attempt, over: true });
  }
  const live = (await sync.client.apps()).find(({ name, state }) => ofAppName(name)?.run === run && liveStates.includes(state));
  return live && { app: live.id };
};

/** Seconds: from a slow mirror to a fast one, with the start of the container and the checks. */
const estimate = (bytes: number): { readonly low: number; readonly likely: number; readonly high: number } => ({
  low: 5 + bytes / 200e6,
  likely: 20 + bytes / 50e6 + bytes / 300e6,
  high: 60 + bytes / 5e6 + bytes / 100e6,
});

/** Of headers and annotations alone: each is one small request. */
const inventoryEstimate = { low: 15, likely: 60, high: 900 };

/** What it takes. `underWay`: somebody has begun it already. */
export const planCloudSync = async (sync: CloudSync, underWay: boolean): Promise<Extract<SyncPlan, { how: 'cloud' }>> => {
  const [{ modal, volume }, { value: rates }] = await Promise.all([identity(sync), currentPrices()]);
  const container = { gpu: null, cores: modal.coordinator.cores, memoryGiB: modal.coordinator.memoryGiB };
  return {
    how: 'cloud',
    volume,
    container: containerLabel(container),
    dollarsPerHour: containerPrice(rates, container).total,
    seconds: sync.source.bucket === undefined ? estimate(sync.source.bytes) : inventoryEstimate,
    limitSeconds,
    underWay,
    ...(sync.source.bucket !== undefined && { bucket: bucketAddress(sync.source.bucket) }),
  };
};

const launchFileOf = async (sync: CloudSync, attempt: number): Promise<object> => {
  const { modal, volume, run } = await identity(sync);
  const { of, name, url, mirrors = [], sha256 = null, bucket, decided = {} } = sync.source;
  const { unlabelled, longSeizures } = decided;
  const job =
    of === 'vectors'
      ? { datasets: [{ name, url, mirrors, sha256 }] }
      : {
          datasets: [{ name, url }],
          ...(bucket !== undefined && { from: bucketAddress(bucket) }),
          ...(unlabelled && { unlabelled }),
          ...(longSeizures !== undefined && { long_seizures: longSeizures }),
        };
  return {
    v: 1,
    app: appName(run, attempt),
    run,
    attempt,
    volume,
    container: { cores: modal.coordinator.cores, memory_gib: modal.coordinator.memoryGiB },
    timeout: limitSeconds,
    startup_timeout: modal.startupTimeout,
    ...(bucket !== undefined && { buckets: bucketsOf({ buckets: { recordings: bucket } }) }),
    job: { v: 1, job: 'sync', of, ...job },
  };
};

/** Found out at the mount, a missing key would be paid for. */
const bucketObstacle = async ({ client, source: { bucket } }: CloudSync): Promise<Failure | undefined> =>
  bucket === undefined || bucket.secret === null ? undefined : await secretObstacle(client, bucket.secret, bucketKeys(bucket.endpoint));

/** Starts it; aborted meanwhile, nothing of it is left. */
export const startCloudSync = async (sync: CloudSync, signal: AbortSignal): Promise<UnderWay> => {
  const { job, volume } = await identity(sync);
  const obstacle = await volumesObstacle(sync.client, [volume]);
  const refuse = (failure: Failure) => new UserError({ kept: 'nothing was started, nothing is billed', ...failure }, exitCodes.refused);
  if (obstacle !== undefined) throw refuse(obstacle);
  const lacking = await bucketObstacle(sync);
  if (lacking !== undefined) throw refuse(lacking);
  const attempt = lastAttempt(job).attempt + 1;
  makeFolder(job);
  writeJsonAtomic(notes(job), { attempt, over: false });
  const launcher = await launcherOf(sync, attempt);
  const spec = await launchFileOf(sync, attempt);
  try {
    const { app, call }: ModalHandle = await launcher.launch(() => spec, { signal });
    return { app, call, attempt };
  } catch (error) {
    writeJsonAtomic(notes(job), { attempt, over: true });
    throw error;
  }
};

export type Followed = {
  readonly onEvent: (event: JobEvent) => void;
  readonly onContact?: (word: 'lost' | 'back') => void;
  readonly signal: AbortSignal;
};

const eventsOf = (onEvent: (event: JobEvent) => void) => {
  const joiner = createLineJoiner();
  let last = 0;
  return ({ task, pieces }: LogBatch): void => {
    for (const { fd, text } of pieces) {
      for (const line of fd === 'system' ? [] : joiner.add(`${task} ${fd}`, text)) {
        const heard = readLine(line);
        // The stream may come twice after a lost connection.
        if (heard?.kind !== 'event' || heard.number <= last) continue;
        last = heard.number;
        const parsed = parseLine(heard.text);
        if (parsed.verdict === 'ok') onEvent(parsed.event);
      }
    }
  };
};

const again = (name: string): string => `ann-tui sync ${name} --target modal`;

const failureOf = (state: CallState, name: string): UserError | undefined => {
  if (state.state === 'failed') {
    const { failure, exitCode, kind } = explainModal(state.error.type, state.error.text);
    // What has to be changed first is no use to repeat.
    if (kind === 'usage') return new UserError(failure, exitCode);
    return new UserError({ ...failure, kept: 'what was fetched so far stays on the volume', hint: again(name) }, exitCode);
  }
  if (state.state !== 'done') return undefined;
  const { failure } = (state.value ?? {}) as {
    readonly failure?: { readonly what: string; readonly why: string; readonly hint?: string } | null;
  };
  return failure ? new UserError({ kept: 'what was fetched so far stays on the volume', ...toldFailure(failure, again(name)) }) : undefined;
};

/**
 * Follows it to its end and looks what the volume has then. Throws why it failed, or the signal's reason: it goes on there without us.
 */
export const followCloudSync = async (sync: CloudSync, underWay: UnderWay, { onEvent, onContact, signal }: Followed): Promise<number> => {
  const { client, source } = sync;
  const { volume, job } = await identity(sync);
  let told: UserError | undefined;
  const onBatch = eventsOf(event => {
    if (event.type === 'failed')
      told = new UserError(toldFailure({ what: event.what, why: event.why, hint: event.hint }, again(source.name)));
    if (event.type === 'warning')
      told = new UserError({ what: `${source.name} could not be had`, why: event.message, hint: again(source.name) });
    onEvent(event);
  });
  const contact = { onContact: ({ contact: word }: { readonly contact: 'lost' | 'back' }) => onContact?.(word) };
  const leave = new AbortController();
  const either = AbortSignal.any([signal, leave.signal]);
  const log = client.logs(underWay.app, { onBatch, ...contact, signal: either });
  if (underWay.call === undefined) await log;
  else {
    log.catch(() => {});
    const end = await client.callEnd(underWay.call, { ...contact, signal });
    // The rest of what it said is on its way; it is no longer waited for without end.
    const rest = setTimeout(() => leave.abort(new Error('enough')), 3000);
    await client.stopApp(underWay.app).catch(() => {});
    await log.catch(() => {});
    clearTimeout(rest);
    signal.throwIfAborted();
    if (underWay.attempt !== undefined) writeJsonAtomic(notes(job), { attempt: underWay.attempt, over: true });
    const failure = failureOf(end, source.name);
    if (failure !== undefined) throw failure;
  }
  const found = (await datasetsOn(client, volume)).get(source.name);
  if (found?.state === 'verified') return found.bytes;
  throw (
    told ??
    new UserError({
      what: `${source.name} is not on ${volume}`,
      why: 'its container ended without having verified it',
      kept: found === undefined ? 'nothing' : 'what was fetched so far stays on the volume',
      hint: again(source.name),
    })
  );
};
