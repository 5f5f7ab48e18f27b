/** Asks Modal what of ours runs there that no run here looks after, and acts on it. */
import { accountFor } from '../accounts/account.ts';
import { createModalClient } from '../modal-client/client.ts';
import { ModalError } from '../modal-client/errors.ts';
import type { ModalClient } from '../modal-client/types.ts';
import { ofAppName } from '../runs/app-name.ts';
import type { Spec } from '../runs/spec.ts';
import type { RunState } from '../runs/state.ts';
import { remoteRun } from '../targets/modal/remote.ts';
import { kindOf, type Orphan, orphanOf, type Place } from './orphan.ts';

/** Seconds for each question. */
const patience = 10;
/** Places to look at, beside the chosen one: those that runs were launched in last. */
const mostPlaces = 3;

/** The chosen account first, then where runs of this machine were. */
export const placesOf = (runs: readonly RunState[], chosen: Place): readonly Place[] => {
  const there = runs.flatMap(({ spec: { cloud } }) => (cloud === undefined ? [] : [cloud]));
  const all = [chosen, ...there.map(({ profile, environment }) => ({ profile: profile ?? chosen.profile, environment }))];
  const keys = all.map(({ profile, environment }) => JSON.stringify([profile, environment]));
  return all.filter((_, index) => keys.indexOf(keys[index] as string) === index).slice(0, mostPlaces);
};

/** The spec that a run left on the results volume; undefined where there is none, which is no reason to say nothing of the run. */
const remoteSpec = async (client: ModalClient, run: string, volume: string): Promise<Spec | undefined> => {
  try {
    const { bytes } = await client.volumeRead(volume, `${remoteRun(run)}/spec.json`, { deadline: patience });
    const spec = JSON.parse(bytes.toString('utf8')) as Partial<Spec>;
    return typeof spec.hardware?.dollarsPerHour === 'number' ? (spec as Spec) : undefined;
  } catch {
    return undefined;
  }
};

export type FindOptions = {
  readonly runs: readonly RunState[];
  readonly resultsVolume: string;
  /** Unix milliseconds. */
  readonly now: number;
};

/** In one place. Rejects with a `ModalError` where it cannot be asked. */
export const orphansAt = async (
  client: ModalClient,
  place: Place,
  { runs, resultsVolume, now }: FindOptions,
): Promise<readonly Orphan[]> => {
  const found = (await client.apps({ deadline: patience })).flatMap(app => {
    const kind = kindOf(app, runs, now);
    return kind === undefined ? [] : [{ app, kind }];
  });
  if (found.length === 0) return [];
  const containers = await client.containers(undefined, { deadline: patience });
  return await Promise.all(
    found.map(async ({ app, kind }) => {
      const run = kind === 'sync' ? undefined : ofAppName(app.name)?.run;
      const here = runs.find(state => state.run === run)?.spec;
      const spec = here ?? (run === undefined ? undefined : await remoteSpec(client, run, resultsVolume));
      return orphanOf(app, kind, place, containers, spec);
    }),
  );
};

const withClient = async <T>(place: Place, work: (client: ModalClient) => Promise<T>): Promise<T> => {
  const client = createModalClient(place);
  try {
    return await work(client);
  } finally {
    await client.close();
  }
};

/** Everywhere that a person's runs are. Rejects only where the chosen account cannot be asked. */
export const findOrphans = async (options: FindOptions, where: Partial<Place> = {}): Promise<readonly Orphan[]> => {
  const [chosen, ...others] = placesOf(options.runs, await accountFor(where));
  if (chosen === undefined) return [];
  const first = await withClient(chosen, client => orphansAt(client, chosen, options));
  const seen = new Map(first.map(orphan => [orphan.app, orphan]));
  for (const place of others) {
    const more = await withClient(place, client => orphansAt(client, place, options)).catch((error: unknown) => {
      // A profile that is gone, or not signed in any more.
      if (error instanceof ModalError) return [];
      throw error;
    });
    for (const orphan of more) if (!seen.has(orphan.app)) seen.set(orphan.app, orphan);
  }
  return [...seen.values()];
};

/** Ends its containers. One that has ended meanwhile is fine. Rejects with a `ModalError`. */
export const stopOrphan = ({ app, place }: Orphan): Promise<void> => withClient(place, client => client.stopApp(app));
