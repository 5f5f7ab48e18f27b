/**
 * A run that was launched from another machine becomes one of this machine's too: its spec and its call are on the results volume. Both machines
 * then follow the same call; a stop of either is seen by both.
 */
import { type UserError, usageError } from '../../errors/errors.ts';
import { ModalError } from '../../modal-client/errors.ts';
import type { ModalClient } from '../../modal-client/types.ts';
import { isRunId } from '../../runs/ids.ts';
import type { CloudPlan, Spec } from '../../runs/spec.ts';
import { specMisfit } from '../../runs/spec-check.ts';
import type { ContainerState } from '../../runs/state.ts';
import { type Adopted, adoptRun } from '../../runs/store.ts';
import { remoteRun } from './remote.ts';

export type AdoptOptions = {
  readonly client: ModalClient;
  /** Profile and environment that the client asks in: a later supervisor must ask there too. */
  readonly profile: string | null;
  readonly environment: string | null;
  readonly resultsVolume: string;
};

const unknownRun = (run: string, why: string): UserError =>
  usageError(`There is no run "${run}"`, `not on this machine, and on Modal ${why}`, 'ann-tui runs');

const isTime = (value: unknown): boolean => value === undefined || (typeof value === 'number' && Number.isFinite(value));
const isName = (value: unknown): boolean => value === undefined || typeof value === 'string';

/** A container of an attempt before `attempt`. */
const isEarlier =
  (attempt: number) =>
  (value: unknown): value is ContainerState => {
    const { task, attempt: of, role, name, ...times } = (value ?? {}) as Record<string, unknown>;
    const known = typeof task === 'string' && Number.isSafeInteger(of) && (of as number) > 0 && (of as number) < attempt;
    return known && isName(role) && isName(name) && Object.values(times).every(isTime);
  };

const isDollars = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && value > 0;

const toCall = (run: string, value: unknown): Adopted | undefined => {
  const { attempt, app, call, budget, earlier } = (value ?? {}) as Record<string, unknown>;
  if (!Number.isSafeInteger(attempt) || typeof app !== 'string' || typeof call !== 'string') return undefined;
  return {
    attempt: attempt as number,
    handle: { app, call, run },
    ...(isDollars(budget) && { budget }),
    earlier: Array.isArray(earlier) ? earlier.filter(isEarlier(attempt as number)) : [],
  };
};

const isSpec = (value: unknown): value is Spec & { readonly cloud: CloudPlan } => {
  const { v, target } = (value ?? {}) as Partial<Spec>;
  return v === 1 && target === 'modal' && specMisfit(value) === undefined;
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
    // It may have been raised since the launch.
    const budget = (await client.controlGet(spec.cloud.control, run))?.budget ?? call.budget;
    adoptRun(run, { ...spec, cloud: { ...spec.cloud, profile, environment } }, { ...call, ...(isDollars(budget) && { budget }) });
  } catch (error) {
    if (error instanceof ModalError && error.kind === 'not-found')
      throw unknownRun(run, `${resultsVolume} has no folder ${remoteRun(run)}`);
    throw error;
  }
};
