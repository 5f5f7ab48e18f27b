/**
 * A run that was launched from another machine becomes one of this machine's too: its spec and its call are on the results volume. Both machines
 * then follow the same call; a stop of either is seen by both.
 */
import { type UserError, usageError } from '../../errors.ts';
import { ModalError } from '../../modal-client/errors.ts';
import type { ModalClient } from '../../modal-client/types.ts';
import { isRunId } from '../../runs/ids.ts';
import type { ModalHandle } from '../../runs/journal-entry.ts';
import type { Spec } from '../../runs/spec.ts';
import { adoptRun } from '../../runs/store.ts';
import { remoteRun } from './remote.ts';

export type AdoptOptions = {
  readonly client: ModalClient;
  /** Profile and environment that the client asks in: a later supervisor must ask there too. */
  readonly profile: string | null;
  readonly environment: string | null;
  readonly resultsVolume: string;
};

type Call = { readonly attempt: number; readonly handle: ModalHandle };

const unknownRun = (run: string, why: string): UserError =>
  usageError(`There is no run "${run}"`, `not on this machine, and on Modal ${why}`, 'ann-tui runs');

const toCall = (run: string, value: unknown): Call | undefined => {
  const { attempt, app, call } = (value ?? {}) as Record<string, unknown>;
  if (!Number.isSafeInteger(attempt) || typeof app !== 'string' || typeof call !== 'string') return undefined;
  return { attempt: attempt as number, handle: { app, call, run } };
};

const isSpec = (value: unknown): value is Spec => {
  const { v, kind, target, cloud } = (value ?? {}) as Partial<Spec>;
  return v === 1 && kind === 'bench' && target === 'modal' && cloud !== undefined;
};

/** Makes the run known here; the caller starts its supervisor. Throws a `UserError` when Modal knows no such run either. */
export const adoptFromModal = async (run: string, { client, profile, environment, resultsVolume }: AdoptOptions): Promise<void> => {
  if (!isRunId(run)) throw usageError(`"${run}" is no run's name`, 'a run is called like bench-7k2m9x', 'ann-tui runs');
  const readJson = async (name: string): Promise<unknown> => {
    const { bytes } = await client.volumeRead(resultsVolume, `${remoteRun(run)}/${name}`);
    return JSON.parse(bytes.toString('utf8'));
  };
  try {
    const [spec, told] = [await readJson('spec.json'), await readJson('call.json')];
    const call = toCall(run, told);
    if (!isSpec(spec) || call === undefined) throw unknownRun(run, `its files on ${resultsVolume} are not readable by this version`);
    const here = spec.cloud === undefined ? spec : { ...spec, cloud: { ...spec.cloud, profile, environment } };
    adoptRun(run, here, call.attempt, call.handle);
  } catch (error) {
    if (error instanceof ModalError && error.kind === 'not-found')
      throw unknownRun(run, `${resultsVolume} has no folder ${remoteRun(run)}`);
    throw error;
  }
};
