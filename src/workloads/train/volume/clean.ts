/** Which checkpoints on the results volume may go, and what a run is kept from being cleaned by. Pure. */
import type { App } from '../../../modal-client/types.ts';
import { ofAppName } from '../../../runs/app-name.ts';
import type { RunState } from '../../../runs/state.ts';
import { duration } from '../../../text/format.ts';
import { bestOf, groupsOf, type KeptCheckpoint, type KeptRun, lastOf } from './kept.ts';

export type CleanOptions = {
  /** Seconds since they were written, at least. @default any */
  readonly olderThan?: number;
  /** The last one goes too: the run cannot be gone on with afterwards. */
  readonly keepBest?: boolean;
  /** Unix milliseconds. */
  readonly now: number;
};

/** All but the best and the last of each seed. Where no best is whole, nothing goes: nobody can tell which one it would be. */
export const mayGo = (kept: KeptRun, { olderThan = 0, keepBest = false, now }: CleanOptions): readonly KeptCheckpoint[] =>
  groupsOf(kept)
    .flatMap(group => {
      const best = bestOf(group);
      const last = keepBest ? undefined : lastOf(group);
      return best === undefined ? [] : group.filter(one => one !== best && one !== last);
    })
    .filter(({ changed }) => olderThan === 0 || (changed !== null && now - changed >= olderThan * 1000));

/** What else is going on, wherever. */
export type Going = {
  /** Of the environment that the volume is in. */
  readonly apps: readonly App[];
  /** Of this machine. */
  readonly runs: readonly Pick<RunState, 'run' | 'spec' | 'status'>[];
  /** Of apps that are alive and whose run no journal here knows: its spec as it stands on the volume, by the run's name; undefined where there is none. */
  readonly specs: Readonly<Record<string, unknown>>;
  /** Unix milliseconds. */
  readonly now: number;
};

/** Why a run has to be left alone, and what to do about it. */
export type Hold = { readonly why: string; readonly next: string };

const over: ReadonlySet<App['state']> = new Set(['stopped', 'disabled']);

/** Those whose containers may be at work. One that Modal is stopping still writes. */
export const liveApps = (apps: readonly App[]): readonly { readonly run: string; readonly app: App }[] =>
  apps.flatMap(app => {
    const named = ofAppName(app.name);
    return named === undefined || over.has(app.state) ? [] : [{ run: named.run, app }];
  });

/** Somewhere in what it is, that run is named: as a word of a checkpoint, or in a path of the volume. */
const names = (spec: unknown, run: string): boolean => new RegExp(`(?<![a-z0-9-])${run}(?![a-z0-9])`).test(JSON.stringify(spec));

/** Milliseconds in which another machine may be between two attempts of a run. */
const settling = 15 * 60_000;

/** Undefined: nothing needs what it keeps. */
export const holdOf = ({ run, changed }: Pick<KeptRun, 'run' | 'changed'>, { apps, runs, specs, now }: Going): Hold | undefined => {
  const alive = liveApps(apps);
  const own = alive.find(one => one.run === run);
  const here = runs.find(state => state.run === run);
  if (own !== undefined)
    return {
      why: `its app ${own.app.name} is alive at Modal (${own.app.state})`,
      next: `ann-tui stop ${here === undefined ? own.app.name : run}`,
    };
  if (here !== undefined && here.status !== 'ended') return { why: `it is not over here (${here.status})`, next: `ann-tui attach ${run}` };
  const users: readonly (readonly [run: string, spec: unknown])[] = [
    ...runs.flatMap(state => (state.status === 'ended' || state.spec.target !== 'modal' ? [] : [[state.run, state.spec] as const])),
    ...Object.entries(specs),
  ];
  const user = users.find(([name, spec]) => name !== run && spec !== undefined && names(spec, run));
  if (user !== undefined) return { why: `${user[0]} uses its checkpoints, and is alive`, next: `ann-tui attach ${user[0]}` };
  const stranger = users.find(([name, spec]) => name !== run && spec === undefined);
  if (stranger !== undefined)
    return { why: `${stranger[0]} is alive at Modal, and what it reads is not known here`, next: `ann-tui attach ${stranger[0]}` };
  if (here === undefined && changed !== null && now - changed < settling)
    return {
      why: `it changed ${duration(Math.max(0, Math.floor((now - changed) / 1000)))} ago and no journal here knows it: another machine may be about to go on with it`,
      next: `ann-tui attach ${run}`,
    };
  return undefined;
};
