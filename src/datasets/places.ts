/** Which datasets are on the datasets volume: one listing, and the stamps of those that look whole. Asked in the background, never in the way. */
import { currentPrices } from '../accounts/live-rates.ts';
import { withModal } from '../accounts/with-modal.ts';
import { isDatasetName } from '../config/datasets.ts';
import { loadModal } from '../config/modal.ts';
import { toFailure } from '../errors/errors.ts';
import type { Failure } from '../errors/failure.ts';
import { ModalError, type Where } from '../modal-client/index.ts';
import type { ModalClient, VolumeEntry } from '../modal-client/types.ts';
import type { StorageRates } from '../prices/storage.ts';
import { modalClientStatus } from '../setup/modal-client.ts';
import { isInBucket } from './bucket-recordings.ts';
import type { DatasetState } from './dataset-info.ts';
import { parsedStamp } from './recordings-here.ts';

export type OnVolume = {
  readonly state: DatasetState;
  readonly bytes: number;
  /** Its recordings lie there, not on the volume: "s3://BUCKET/NAME". */
  readonly bucket?: string;
};

/** Seconds; nobody waits for longer to see a table. */
const patience = 8;

type Sizes = ReadonlyMap<string, number>;

const sizesOf = (entries: readonly VolumeEntry[]): Sizes =>
  new Map(entries.filter(({ type }) => type === 'file').map(({ path, bytes }) => [path, bytes]));

const namesOf = (sizes: Sizes): readonly string[] => [
  ...new Set([...sizes.keys()].flatMap(file => /^([^/]+)\.hdf5(?:\.part)?$/.exec(file)?.[1] ?? [])),
];

/** Bytes that a stamp of vectors tells. */
const stampedBytes = (text: string): number | undefined => {
  try {
    const stamp = JSON.parse(text) as { readonly bytes?: unknown; readonly sha256?: unknown };
    return typeof stamp.bytes === 'number' && typeof stamp.sha256 === 'string' ? stamp.bytes : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
};

const textOf = async (client: ModalClient, volume: string, name: string): Promise<string> => {
  try {
    return (await client.volumeRead(volume, `${name}.json`, { deadline: patience })).bytes.toString('utf8');
  } catch (error) {
    if (error instanceof ModalError && error.kind === 'not-found') return '';
    throw error;
  }
};

const vectorsOn = async (client: ModalClient, volume: string, sizes: Sizes, name: string): Promise<OnVolume> => {
  const whole = sizes.get(`${name}.hdf5`) ?? 0;
  const part = sizes.get(`${name}.hdf5.part`) ?? 0;
  const stamped = whole > 0 && sizes.has(`${name}.json`) ? stampedBytes(await textOf(client, volume, name)) : undefined;
  // As on this disk: a file that is not the size its stamp says was changed since.
  return whole > 0 && stamped === whole ? { state: 'verified', bytes: whole } : { state: 'partial', bytes: whole + part };
};

/** Folders that are of no dataset. */
const others: readonly string[] = ['stores'];

/** What has an inventory, or a folder that somebody brings or brought: how much of it is there, its listing does not say. */
const recordingNames = (entries: readonly VolumeEntry[]): readonly string[] => {
  const stamped = entries.flatMap(({ path }) => /^([^/]+)\.recordings\.json$/.exec(path)?.[1] ?? []);
  const begun = entries.flatMap(({ type, path }) => (type === 'folder' ? [path.replace(/\.fetch$/, '')] : []));
  return [...new Set([...stamped, ...begun])].filter(name => isDatasetName(name) && !others.includes(name));
};

const recordingsOn = async (client: ModalClient, volume: string, sizes: Sizes, name: string): Promise<OnVolume> => {
  const stamp = sizes.has(`${name}.json`) ? parsedStamp(await textOf(client, volume, name)) : undefined;
  if (stamp === undefined) return { state: 'partial', bytes: 0 };
  const { bytes, source } = stamp;
  return { state: 'verified', bytes, ...(isInBucket(stamp) && { bucket: source }) };
};

/** Datasets by name; what is not in it is absent. A volume that does not exist yet has none. Throws a `ModalError`. */
export const datasetsOn = async (client: ModalClient, volume: string): Promise<ReadonlyMap<string, OnVolume>> => {
  try {
    const entries = await client.volumeList(volume, '/', { deadline: patience });
    const sizes = sizesOf(entries);
    const found = await Promise.all([
      ...namesOf(sizes).map(async name => [name, await vectorsOn(client, volume, sizes, name)] as const),
      ...recordingNames(entries).map(async name => [name, await recordingsOn(client, volume, sizes, name)] as const),
    ]);
    return new Map(found);
  } catch (error) {
    if (error instanceof ModalError && error.kind === 'not-found') return new Map();
    throw error;
  }
};

/** Never throws: why nothing is known is an answer, too. */
export const volumeDatasets = async (where: Where = {}): Promise<VolumeDatasets> => {
  let volume = 'ann-datasets';
  try {
    volume = (await loadModal()).value.volumes.datasets;
    const found = await modalClientStatus();
    if (!found.ready) {
      const failure = { what: "Modal's client is not installed", why: found.why, hint: 'ann-tui setup' };
      return { state: 'unknown', volume, failure, ...(found.never ? { never: true } : {}) };
    }
    const [datasets, { value: rates }] = await Promise.all([withModal(where, client => datasetsOn(client, volume)), currentPrices()]);
    return { state: 'ready', volume, datasets, storage: rates.storage };
  } catch (error) {
    return { state: 'unknown', volume, failure: toFailure(error) };
  }
};

/** What the datasets volume has, as far as it could be seen. */
export type VolumeDatasets =
  | {
      readonly state: 'ready';
      /** Its name: "ann-datasets". */
      readonly volume: string;
      /** What is not in it is absent there. */
      readonly datasets: ReadonlyMap<string, OnVolume>;
      /** What keeping them costs. */
      readonly storage: StorageRates;
    }
  | {
      readonly state: 'unknown';
      readonly volume: string;
      readonly failure: Failure;
      /** Modal was never set up here: nobody waits for its word. */
      readonly never?: true;
    };
