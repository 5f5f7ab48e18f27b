/** How Modal is used: names in the workspace, the coordinator's size, and which client. */
import { usageError } from '../errors/errors.ts';
import { isSupported, rangeText, type VersionRange } from '../modal-client/version.ts';
import { longestSeconds } from '../prices/limits.ts';
import type { BucketConfig, Buckets } from '../runs/spec.ts';
import { type Loaded, loadConfig } from './load.ts';
import { editCommand } from './located.ts';
import { integer, nullable, number, object, optional, type Schema, textLike } from './schema.ts';

export type ModalConfig = {
  readonly client: VersionRange & {
    /** What set-up installs. */
    readonly version: string;
  };
  readonly volumes: { readonly datasets: string; readonly results: string };
  /** `datasets`: read from there, in place of the volume. `recordings`: a folder of it is a dataset of that name. */
  readonly buckets?: Buckets;
  /** Name of the modal.Dict. */
  readonly control: string;
  readonly coordinator: { readonly cores: number; readonly memoryGiB: number };
  /** Has recordings ready; `containers` at once at most. */
  readonly preparer: { readonly cores: number; readonly memoryGiB: number; readonly containers: number };
  /** Seconds without a machine after which the next GPU of a list is asked for. */
  readonly gpuPatience: number;
  /** Seconds of one call. */
  readonly longestCall: number;
  /** Seconds. */
  readonly startupTimeout: number;
};

const version = textLike(/^\d+\.\d+(\.\d+)?$/, 'a version in quotes, such as "1.6.4"');
const objectName = textLike(/^[A-Za-z0-9._-]{1,63}$/, 'a name of letters, digits, ".", "_" and "-", 63 at most');

const bucketFile = object({
  bucket: textLike(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "a bucket's name, without s3://"),
  prefix: optional(textLike(/^[^/\x00-\x1f][^\x00-\x1f]*$/, 'a folder of the bucket, without a slash in front')),
  secret: optional(nullable(textLike(/^[A-Za-z0-9._-]{1,64}$/, 'the name of a secret, or null for a public bucket'))),
  endpoint: optional(textLike(/^https?:\/\/[^\s/@]+\/?$/, 'an address such as https://ACCOUNT.r2.cloudflarestorage.com')),
});

const bucket: Schema<BucketConfig> = (node, at) => {
  const { bucket: name, prefix = '', secret = 'aws-s3-secret', endpoint = null } = bucketFile(node, at);
  return { bucket: name, prefix: prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`, secret, endpoint };
};

const file = object({
  client: object({ version, from: version, below: version }),
  volumes: object({ datasets: objectName, results: objectName }),
  buckets: optional(object({ datasets: optional(bucket), recordings: optional(bucket) })),
  control: objectName,
  coordinator: object({ cores: number({ from: 0.125, to: 64 }), memory_gib: number({ from: 0.125, to: 336 }) }),
  preparer: optional(
    object({
      cores: number({ from: 0.125, to: 64 }),
      memory_gib: number({ from: 0.125, to: 336 }),
      containers: integer({ from: 1, to: 100 }),
    }),
  ),
  gpu_patience: optional(integer({ from: 1 })),
  longest_call: optional(integer({ from: 20, to: longestSeconds })),
  startup_timeout: integer({ from: 1, to: 86_400 }),
});

export const modalSchema: Schema<ModalConfig> = (node, at) => {
  const { client, volumes, buckets, control, coordinator, preparer, gpu_patience, longest_call, startup_timeout } = file(node, at);
  if (!isSupported(client.version, client)) {
    throw usageError(
      `${at.file}: client.version is not valid`,
      `found ${client.version}; allowed by from and below: ${rangeText(client)}`,
      editCommand(at.file, node.line),
    );
  }
  if (volumes.datasets === volumes.results) {
    const why = 'datasets and results must be two volumes: the one is of version 1, the other of version 2';
    throw usageError(`${at.file}: volumes is not valid`, why, editCommand(at.file, node.line));
  }
  return {
    client,
    volumes,
    ...(buckets === undefined ? {} : { buckets }),
    control,
    coordinator: { cores: coordinator.cores, memoryGiB: coordinator.memory_gib },
    // A file of one's own may be older than these.
    preparer: { cores: preparer?.cores ?? 4, memoryGiB: preparer?.memory_gib ?? 8, containers: preparer?.containers ?? 4 },
    gpuPatience: gpu_patience ?? 600,
    longestCall: longest_call ?? longestSeconds,
    startupTimeout: startup_timeout,
  };
};

export const loadModal = (): Promise<Loaded<ModalConfig>> => loadConfig('modal', modalSchema);
