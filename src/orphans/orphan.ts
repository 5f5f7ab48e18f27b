/** Apps of ours that cost money and that no run here looks after. Pure. */

import { containerRate, usualStartup } from '../metering/container-times.ts';
import type { App, Container } from '../modal-client/types.ts';
import { isSyncApp, ofAppName } from '../runs/app-name.ts';
import type { Spec } from '../runs/spec.ts';
import type { RunState } from '../runs/state.ts';

/** Where at Modal it is; null leaves it to what a person chose. */
export type Place = { readonly profile: string | null; readonly environment: string | null };

export type Orphan = {
  /** "ap-…" */
  readonly app: string;
  /** "ann-tui-RUN-ATTEMPT" */
  readonly name: string;
  /** Of a benchmark; absent for anything else of ours. */
  readonly run?: string;
  /** `unknown`: no journal on this machine knows the run; `over`: the run has ended here, or has a newer attempt; `sync`: a dataset on its way. */
  readonly kind: 'unknown' | 'over' | 'sync';
  readonly place: Place;
  /** Unix milliseconds by Modal's clock; null where it does not say. */
  readonly since: number | null;
  /**
   * Since when its containers are billed at the earliest, unix milliseconds by Modal's clock. A start is billed, a queue is not, and a list of containers
   * does not tell where the one became the other: all before the job could begin counts, up to the longest start.
   */
  readonly billedSince: readonly number[];
  /** Containers that wait for a machine, or start on one already. */
  readonly waiting: number;
  /** Dollars an hour of each of `billedSince`, and of all that wait should they be starting; absent where nobody knows what they are. */
  readonly rates?: readonly number[];
  readonly waitingRate?: number;
};

const prefix = 'ann-tui-';
/** Milliseconds that the app of a run that has ended may take to stop. */
const leaving = 60_000;

const isAlive = ({ state }: App): boolean => ['initializing', 'ephemeral', 'detached', 'deployed'].includes(state);

type Known = Pick<RunState, 'run' | 'attempt' | 'status' | 'endedAt'>;

/** Undefined for an app that is somebody else's, that is over, or that a run here looks after. `now`: unix milliseconds. */
export const kindOf = (app: App, runs: readonly Known[], now: number): Orphan['kind'] | undefined => {
  if (!app.name.startsWith(prefix) || !isAlive(app)) return undefined;
  if (isSyncApp(app.name)) return 'sync';
  const named = ofAppName(app.name);
  const state = named === undefined ? undefined : runs.find(({ run }) => run === named.run);
  if (named === undefined || state === undefined) return 'unknown';
  if (named.attempt < state.attempt) return 'over';
  return state.status === 'ended' && now - (state.endedAt ?? 0) > leaving ? 'over' : undefined;
};

/** The container that came first leads, the others measure: that is how the app starts them. */
export const orphanOf = (
  app: App,
  kind: Orphan['kind'],
  place: Place,
  containers: readonly Container[],
  spec: Spec | undefined,
): Orphan => {
  const own = containers.filter(container => container.app === app.id).toSorted((a, b) => (a.enqueued ?? 0) - (b.enqueued ?? 0));
  const longestStart = (spec?.cloud?.startupTimeout ?? usualStartup) * 1000;
  const seen = own.map(({ enqueued, started }, index) => ({
    since: started === null ? null : Math.max(enqueued ?? started, started - longestStart),
    rate: spec === undefined ? 0 : containerRate(spec, index === 0 ? 'coordinator' : 'worker'),
  }));
  const billed = seen.flatMap(({ since, rate }) => (since === null ? [] : [{ since, rate }]));
  const waiting = seen.filter(({ since }) => since === null);
  const run = kind === 'sync' ? undefined : ofAppName(app.name)?.run;
  return {
    app: app.id,
    name: app.name,
    kind,
    place,
    since: app.created,
    billedSince: billed.map(({ since }) => since),
    waiting: waiting.length,
    ...(run !== undefined && { run }),
    ...(spec !== undefined && {
      rates: billed.map(({ rate }) => rate),
      waitingRate: waiting.reduce((sum, { rate }) => sum + rate, 0),
    }),
  };
};

export type OrphanCost = {
  /** Of all its living containers, seconds. */
  readonly seconds: number;
  /** Dollars an hour now, and so far; absent where nobody knows what a container of it costs. Containers that are gone are not in it. */
  readonly rate?: number;
  readonly dollars?: number;
};

/** `now`: unix milliseconds by a clock near Modal's. Always an estimate: only what lives now is counted. */
export const costOf = ({ billedSince, rates }: Orphan, now: number): OrphanCost => {
  const seconds = billedSince.map(since => Math.max(0, now - since) / 1000);
  const all = seconds.reduce((sum, one) => sum + one, 0);
  if (rates === undefined) return { seconds: all };
  return {
    seconds: all,
    rate: rates.reduce((sum, one) => sum + one, 0),
    dollars: seconds.reduce((sum, one, index) => sum + (one / 3600) * (rates[index] ?? 0), 0),
  };
};
