/** One self-test at Modal: its names there, what was begun, and the ways to ask the container that leads. */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { toFailure, UserError } from '../../errors/errors.ts';
import { ModalError } from '../../modal-client/errors.ts';
import type { Where } from '../../modal-client/index.ts';
import type { CallState, ModalClient } from '../../modal-client/types.ts';
import { makeFolder, readJson, writeJsonAtomic } from '../../process/files.ts';
import { selftestFolder } from '../report.ts';
import type { SelftestPlan } from './plan.ts';

export type Names = { readonly run: string; readonly volume: string; readonly mailbox: string };

/** A call of a probe that has ended. Times in unix milliseconds: `seenAt` by this machine's clock, `at` by Modal's. */
export type Probed = {
  readonly call: string;
  readonly end: CallState;
  readonly seenAt: number;
};

export type Trial = {
  readonly client: ModalClient;
  readonly where: Required<Where>;
  readonly plan: SelftestPlan;
  readonly names: Names;
  /** On this machine, gone afterwards. */
  readonly folder: string;
  /** Seconds to wait for what Modal should do soon. */
  patience: number;
  launched?: { readonly app: string; readonly call: string; readonly seconds: number };
  /** Why there was no launch. */
  launchProblem?: { readonly kind: 'image' | 'launch'; readonly why: string };
  /** Apps that were begun, all of which have to be ended. */
  readonly apps: Set<string>;
  /** Dollars, by the account that the leading container keeps. */
  spent: number;
  asks: number;
  readonly once: Map<string, Promise<unknown>>;
  /** So many numbered lines has the leading container printed. */
  printed: number;
  cleaned: boolean;
};

const notesFile = (): string => path.join(selftestFolder(), 'under-way.json');

export const createTrial = (client: ModalClient, where: Required<Where>, plan: SelftestPlan): Trial => {
  const key = randomBytes(4).toString('hex');
  const run = `selftest-${key}`;
  const names = { run, volume: `ann-tui-${run}`, mailbox: `ann-tui-${run}` };
  const folder = path.join(selftestFolder(), run);
  makeFolder(folder);
  // Should this process be killed, the next self-test removes what is left.
  writeJsonAtomic(notesFile(), { ...names, where });
  return {
    client,
    where,
    plan,
    names,
    folder,
    patience: 60,
    apps: new Set(),
    spent: 0,
    asks: 0,
    once: new Map(),
    printed: 0,
    cleaned: false,
  };
};

/** Looks until there is something, for as long as the trial is patient; undefined then. */
export const eventually = async <T>(
  { patience }: Pick<Trial, 'patience'>,
  look: () => Promise<T | undefined | false>,
  signal: AbortSignal,
  every = 500,
): Promise<T | undefined> => {
  const end = performance.now() + patience * 1000;
  for (;;) {
    signal.throwIfAborted();
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > end) return undefined;
    await sleep(every, undefined, { signal });
  }
};

/** Once a trial, however many checks look at it. */
export const once = async <T>(trial: Trial, key: string, make: () => Promise<T>): Promise<T> => {
  const known = trial.once.get(key) ?? make();
  trial.once.set(key, known);
  return (await known) as T;
};

const needLaunched = ({ launched }: Trial) => {
  if (launched === undefined) throw new Error('nothing was launched');
  return launched;
};

export const appOf = (trial: Trial): string => needLaunched(trial).app;

type Answer = { readonly error?: string } & Readonly<Record<string, unknown>>;

/** Asks the leading container, through the Dict. Throws where it does not answer, or cannot. */
export const ask = async (trial: Trial, act: string, given: object, signal: AbortSignal): Promise<Answer> => {
  const { client, names, launched } = trial;
  trial.asks += 1;
  const n = trial.asks;
  await client.dictPut(names.mailbox, 'ask', { n, do: act, given }, { signal });
  // The first answer waits for the container to start.
  const patience = Math.max(trial.patience, n === 1 ? trial.plan.timers.startup : 0);
  const answer = await eventually(
    { patience },
    async () => {
      const found = (await client.dictGet(names.mailbox, `answer-${n}`, { signal })) as Answer | null;
      if (found !== null) return found;
      if (launched === undefined) return undefined;
      const state = await client.call(launched.call, { signal });
      if (state.state === 'running') return undefined;
      throw new Error(`the leading container has ended: ${wordsOfEnd(state)}`);
    },
    signal,
    250,
  );
  if (answer === undefined) throw new Error(`the leading container has not answered within ${patience} s`);
  if (typeof answer.spent === 'number') trial.spent = answer.spent;
  if (answer.error !== undefined) throw new Error(answer.error);
  return answer;
};

/** How a call ended, in a few words. */
export const wordsOfEnd = (state: CallState): string => {
  if (state.state === 'failed') return `${state.error.type}: ${state.error.text}`;
  if (state.state === 'unknown') return state.why;
  return state.state === 'done' ? `it returned ${JSON.stringify(state.value)?.slice(0, 200)}` : 'it still runs';
};

/** Has a container begun; returns its call. */
export const spawnProbe = async (trial: Trial, order: object, signal: AbortSignal): Promise<string> => {
  const { call } = await ask(trial, 'spawn', { mailbox: trial.names.mailbox, ...order }, signal);
  if (typeof call !== 'string' || !call.startsWith('fc-')) throw new Error(`a call goes by "${String(call)}", not by fc-…`);
  return call;
};

/** Waits for the end of a call, for a start and `patience` at the most; undefined when it still runs then. */
export const endOf = async (trial: Trial, call: string, signal: AbortSignal, seconds?: number): Promise<Probed | undefined> => {
  const over = AbortSignal.timeout((seconds ?? trial.plan.timers.startup + trial.patience) * 1000);
  try {
    const end = await trial.client.callEnd(call, { signal: AbortSignal.any([signal, over]) });
    return { call, end, seenAt: Date.now() };
  } catch (error) {
    signal.throwIfAborted();
    if (over.aborted) return undefined;
    throw error;
  }
};

/** Runs a probe to its end; what it told. Throws how it ended otherwise. */
export const probe = async <T>(trial: Trial, order: object, signal: AbortSignal): Promise<Probed & { readonly value: T }> => {
  const call = await spawnProbe(trial, order, signal);
  const probed = await endOf(trial, call, signal);
  if (probed === undefined) throw new Error(`the call ${call} has not ended`);
  if (probed.end.state !== 'done') throw new Error(`a container that should have answered did not: ${wordsOfEnd(probed.end)}`);
  return { ...probed, value: probed.end.value as T };
};

const quietly = async (act: () => Promise<unknown>): Promise<string | undefined> => {
  try {
    await act();
    return undefined;
  } catch (error) {
    if (error instanceof ModalError && error.kind === 'not-found') return undefined;
    const { what, why } = toFailure(error);
    return `${what}: ${why}`;
  }
};

/** Milliseconds that the containers of an app are given to leave before the volume goes under them. */
const leavingFor = 30_000;

const hasStopped = async (client: ModalClient, app: string): Promise<void> => {
  const end = performance.now() + leavingFor;
  while (!['stopped', 'gone'].includes((await client.appState(app)).state) && performance.now() < end) await sleep(500);
};

/** Ends its apps, deletes its volume and its Dict. What could not be done, with the command that does it. */
export const cleanUp = async (client: ModalClient, { run, volume, mailbox }: Names, apps: Iterable<string>): Promise<readonly string[]> => {
  const live = new Set(apps);
  // One that was begun by a client that was killed before it could say so.
  await quietly(async () => {
    for (const { id, name, state } of await client.apps()) {
      if (name.startsWith(`ann-tui-${run}-`) && !['stopped', 'stopping'].includes(state)) live.add(id);
    }
  });
  const problems: string[] = [];
  for (const app of live) {
    const why = await quietly(() => client.stopApp(app));
    if (why === undefined) await quietly(() => hasStopped(client, app));
    else problems.push(`the app ${app} (${why}); stop it: ann-tui stop ann-tui-${run}-1`);
  }
  const noVolume = await quietly(() => client.volumeDelete(volume));
  if (noVolume !== undefined) problems.push(`the volume ${volume} (${noVolume}); delete it: ann-tui volumes delete ${volume}`);
  const noDict = await quietly(() => client.dictDelete(mailbox));
  if (noDict !== undefined) problems.push(`the Dict ${mailbox} (${noDict}); the next self-test tries again`);
  return problems;
};

/** Removes what it has at Modal and here; what could not be removed. */
export const endTrial = async (trial: Trial): Promise<readonly string[]> => {
  const problems = await cleanUp(trial.client, trial.names, trial.apps);
  rmSync(trial.folder, { recursive: true, force: true });
  if (problems.length === 0) {
    trial.cleaned = true;
    rmSync(notesFile(), { force: true });
  }
  return problems;
};

/** Of a self-test that was killed, on whatever account it was: its names; undefined when there is none. */
export const leftBehind = (): (Names & { readonly where: Required<Where> }) | undefined => {
  const { run, volume, mailbox, where } = (readJson(notesFile()) ?? {}) as Record<string, unknown>;
  if (typeof run !== 'string' || !/^selftest-[0-9a-f]{8}$/.test(run)) return undefined;
  if (volume !== `ann-tui-${run}` || mailbox !== `ann-tui-${run}`) return undefined;
  const { profile, environment } = (where ?? {}) as Record<string, unknown>;
  const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
  return { run, volume, mailbox, where: { profile: text(profile), environment: text(environment) } };
};

export const forgetLeftBehind = ({ run }: Names): void => {
  rmSync(path.join(selftestFolder(), run), { recursive: true, force: true });
  rmSync(notesFile(), { force: true });
};

export const readText = (file: string): string => (existsSync(file) ? readFileSync(file, 'utf8') : '');

/** For what must not be without an account. */
export const refused = (what: string, why: string): UserError => new UserError({ what, why, hint: 'ann-tui auth --status' });
