/** What a run has on the results volume, fetched: interrupted, the same command goes on. */
import { rmSync } from 'node:fs';
import path from 'node:path';
import { withModal } from '../../accounts/with-modal.ts';
import { UserError, usageError } from '../../errors/errors.ts';
import { ModalError } from '../../modal-client/errors.ts';
import type { Where } from '../../modal-client/index.ts';
import type { Fetched, ModalClient, VolumeEntry } from '../../modal-client/types.ts';
import type { RunState } from '../../runs/state.ts';
import { counted } from '../../text/format.ts';
import { workloadOf } from '../../workloads/registry.ts';
import type { Context } from '../command.ts';
import { Interruption } from '../io.ts';
import { createFetchPrinter } from '../text/fetch-lines.ts';
import { unsoundIn } from '../workloads.ts';
import type { OwnFolder } from './own-folder.ts';

/** A folder or file of the volume, and the folder here that it comes into. */
export type Wanted = { readonly from: string; readonly to: string };

const remote = (run: string): string => `runs/${run}`;

/** Everything of a run that is not known here. */
export const allOf = (run: string, { folder }: OwnFolder): readonly Wanted[] => [{ from: remote(run), to: folder }];

const partOf = /^parts\/([^/]+)\/([^/]+)\//;

/** What a run that is known here leaves beside its events: its result, and its workload's folders. Until it is done they stand with its parts. */
export const beside = ({ run, spec }: RunState, entries: readonly VolumeEntry[], { folder }: OwnFolder): readonly Wanted[] => {
  const below = entries.filter(({ type }) => type === 'file').map(({ path: file }) => file.slice(remote(run).length + 1));
  const wanted = workloadOf(spec).folders.flatMap(name => {
    const own = below.some(file => file.startsWith(`${name}/`)) ? [name] : [];
    const parts = [...new Set(below.flatMap(file => (partOf.exec(file)?.[2] === name ? [file.split('/').slice(0, 3).join('/')] : [])))];
    return (own.length > 0 ? own : parts).map(from => ({ from: `${remote(run)}/${from}`, to: path.join(folder, name) }));
  });
  return [...(below.includes('results.json') ? [{ from: `${remote(run)}/results.json`, to: folder }] : []), ...wanted];
};

/** What was damaged, or changed under our hands, is fetched anew so often. */
const rounds = 3;

const fetchAll = async (
  client: ModalClient,
  volume: string,
  wanted: readonly Wanted[],
  own: OwnFolder,
  { io, out }: Context,
): Promise<Fetched> => {
  const all = { files: 0, kept: 0, bytes: 0 };
  for (const { from, to } of wanted) {
    const { files, kept, bytes } = await client.volumeFetch(volume, from, to, {
      overwrite: own.begun,
      signal: io.signal,
      onProgress: createFetchPrinter(out),
    });
    all.files += files;
    all.kept += kept;
    all.bytes += bytes;
  }
  return all;
};

/** Says what to do next of what went wrong on the way. */
const explained = (error: unknown, own: OwnFolder): unknown => {
  if (!(error instanceof ModalError)) return error;
  if (error.type === 'AlreadyHere') {
    own.release();
    return usageError(error.failure.what, 'nothing is written over', own.elsewhere);
  }
  if (error.kind === 'not-found' || error.kind === 'auth') return error;
  return new UserError({ ...error.failure, kept: 'what came so far: the same command goes on there', hint: own.again }, error.exitCode);
};

export type FetchedRun = Fetched & { readonly volume: string };

export type FetchOptions = {
  readonly run: string;
  readonly own: OwnFolder;
  readonly where: Where;
  readonly volume: string;
  /** `entries`: everything of the run on the volume. */
  readonly choose: (entries: () => Promise<readonly VolumeEntry[]>) => Promise<readonly Wanted[]>;
};

/** Throws a `ModalError`, or a `UserError` with what goes on. */
export const fetchFromVolume = async ({ run, own, where, volume, choose }: FetchOptions, context: Context): Promise<FetchedRun> =>
  await withModal(where, async client => {
    const { io, out } = context;
    const entries = () => client.volumeList(volume, remote(run), { recursive: true, signal: io.signal });
    try {
      let first: Fetched | undefined;
      for (let round = 1; ; round++) {
        const wanted = await choose(entries);
        // A run that is not there leaves no folder behind.
        if (first === undefined && wanted.length > 0) {
          await client.volumeList(volume, remote(run), { signal: io.signal });
          own.check();
          own.claim();
        }
        const fetched = await fetchAll(client, volume, wanted, { ...own, begun: own.begun || first !== undefined }, context);
        first ??= fetched;
        const unsound = await unsoundIn(run, own.folder);
        if (unsound.length === 0) return { ...first, volume };
        if (round === rounds)
          throw new UserError({
            what: `${run} has damaged files on ${volume}`,
            why: `${unsound[0]}: its sums are not those that it was written with${unsound.length === 1 ? '' : `; and ${counted(unsound.length - 1, 'more', 'more')}`}`,
            kept: `everything that was fetched, in ${own.folder}`,
            hint: `ann-tui volumes ls ${volume} ${remote(run)}`,
          });
        out.note(`${unsound[0]}${unsound.length === 1 ? '' : ` and ${unsound.length - 1} more`}: not what was written; fetched again`);
        for (const name of unsound) rmSync(path.join(own.folder, name), { recursive: true, force: true });
      }
    } catch (error) {
      if (error instanceof Interruption) out.note(`What came is kept; it goes on by: ${own.again}`);
      throw explained(error, own);
    }
  });
