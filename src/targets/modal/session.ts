/**
 * One attempt on Modal, watched: its log, its call, its containers, its app. Everything that is lost on the way is asked for again for as long as
 * it takes; nothing of that decides how the run ends. Only the control plane's word on the call or the app does.
 */
import { appendFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { timesOfState } from '../../metering/container-times.ts';
import { isClockNews, type PlaneClock } from '../../metering/plane-clock.ts';
import { explainModal, ModalError } from '../../modal-client/errors.ts';
import type { CallState, LogBatch, ModalClient } from '../../modal-client/types.ts';
import { fileMode, readJson, writeJsonAtomic } from '../../process/files.ts';
import { bootId } from '../../process/identity.ts';
import { uptime } from '../../process/moment.ts';
import type { ModalHandle, Observation } from '../../runs/journal-entry.ts';
import type { JobStatus } from '../target.ts';
import { createContact } from './contact.ts';
import { createContainers } from './containers.ts';
import { createMirror, type Gap } from './mirror.ts';
import { asHeard, remoteContainer, remoteRun } from './remote.ts';
import { createLineJoiner, type Heard, readLine } from './stream.ts';

export type SessionOptions = {
  readonly client: ModalClient;
  readonly handle: ModalHandle;
  /** The run's job folder. */
  readonly job: string;
  readonly resultsVolume: string;
};

/** Milliseconds between two looks at containers and app. */
const lookEvery = 2000;
/** Milliseconds that a hole may stay open before it is filled from the volume; the next batch often fills it. */
const holePatience = 5000;
/** Milliseconds for a call's own end to be told after its app has ended, and for Modal to find what it says that it does not know. */
const endPatience = 15_000;
const longestWait = 30_000;
/** Milliseconds between two notes of how far the stream was read. */
const placeEvery = 1000;

/** Modal's own words that a person wants to see; its other lines are in `modal.log`. */
const remarkable = /preempt|Runner (interrupted|failed|terminated)|exit code: 137|out of memory|spend limit|hit its timeout/i;

const placeFile = (job: string, app: string): string => path.join(job, `stream-${app}.json`);

/** What Modal itself said among the job's lines. */
export const modalLog = (job: string): string => path.join(job, 'modal.log');

type Answer = {
  readonly code: number;
  readonly failure?: { readonly what: string; readonly why: string } | null;
  /** The call of the coordinator that goes on from here. */
  readonly next?: string;
};

const isAnswer = (value: unknown): value is Answer =>
  typeof value === 'object' && value !== null && Number.isInteger((value as { code?: unknown }).code);

/** The call that goes on where this one ended. */
const nextOf = (state: CallState): string | undefined => {
  if (state.state !== 'done' || !isAnswer(state.value)) return undefined;
  const { next } = state.value;
  return typeof next === 'string' && next !== '' ? next : undefined;
};

/** How the job ended, in the target's words. */
export const endOf = (call: Exclude<CallState, { readonly state: 'running' }>, run: string): JobStatus => {
  const at = 'at' in call && call.at !== null ? { at: call.at } : {};
  if (call.state === 'unknown') {
    return {
      state: 'lost',
      failure: {
        what: 'Nobody knows how the run ended',
        why: `${call.why}: it was removed there, or another workspace is signed in`,
        hint: `ann-tui resume ${run}`,
      },
    };
  }
  if (call.state === 'failed') {
    const { failure } = explainModal(call.error.type, call.error.text, { run });
    return { state: 'exited', code: null, signal: null, failure, ...at };
  }
  if (!isAnswer(call.value)) {
    const failure = { what: 'The job answered what no job of ours answers', why: JSON.stringify(call.value)?.slice(0, 200) ?? 'nothing' };
    return { state: 'exited', code: 1, signal: null, failure, ...at };
  }
  const { code, failure } = call.value;
  return { state: 'exited', code, signal: null, ...at, ...(failure ? { failure } : {}) };
};

export const createSession = ({ client, handle, job, resultsVolume }: SessionOptions) => {
  const closing = new AbortController();
  const { signal } = closing;
  const seen: Observation[] = [];
  const tell = (observation: Observation): void => {
    seen.push(observation);
  };
  const contact = createContact(tell);
  let clock: PlaneClock | undefined;
  /** The control plane's clock was there, or further. */
  const hearTime = (plane: number): void => {
    if (!Number.isFinite(plane) || plane <= 0) return;
    const word = { plane, uptime: uptime(), boot: bootId };
    if (!isClockNews(clock, word)) return;
    clock = word;
    tell({ kind: 'clock', ...word });
  };
  const containers = createContainers(client, handle.app, tell, hearTime);
  const mirror = createMirror(job);
  const joiner = createLineJoiner();
  let ended: Exclude<CallState, { readonly state: 'running' }> | undefined;
  let place = (readJson(placeFile(job, handle.app)) as { entry?: string } | undefined)?.entry ?? '';
  let placedAt = 0;

  const keepPlace = (entry: string): void => {
    place = entry;
    if (performance.now() - placedAt < placeEvery) return;
    placedAt = performance.now();
    writeJsonAtomic(placeFile(job, handle.app), { entry });
  };

  const onBatch = ({ entry, task, pieces, states }: LogBatch): void => {
    containers.heardOf(task);
    for (const { task: of, state, time } of states) containers.told(of, timesOfState(state, time));
    hearTime(Math.max(0, ...states.map(({ time }) => time), ...pieces.map(({ time }) => time)));
    const heard: Heard[] = [];
    const others: string[] = [];
    for (const { fd, text } of pieces) {
      for (const line of joiner.add(`${task} ${fd}`, text)) {
        const one = fd === 'system' ? { kind: 'other' as const, text: line } : readLine(line);
        if (one?.kind === 'other') others.push(one.text);
        else if (one !== undefined) heard.push(one);
      }
    }
    mirror.take(heard);
    sayOthers(others);
    if (entry !== '') keepPlace(entry);
  };

  const sayOthers = (lines: readonly string[]): void => {
    const said = lines.filter(line => line.trim() !== '');
    if (said.length === 0) return;
    appendFileSync(modalLog(job), `${said.join('\n')}\n`, { mode: fileMode });
    for (const line of said) if (remarkable.test(line)) tell({ kind: 'notice', text: line.trim().slice(0, 300) });
  };

  /** Does it again and again until it is over or the session is closed. */
  const persist = async (who: string, work: () => Promise<boolean>): Promise<void> => {
    for (let wait = 500; !signal.aborted; ) {
      try {
        const over = await work();
        contact.back(who);
        if (over) return;
        wait = 500;
      } catch (error) {
        if (signal.aborted) return;
        contact.lost(who, whyOf(error));
        // A new token is only read by a new helper.
        if (error instanceof ModalError && error.kind === 'auth') await client.close();
        await sleep(wait, undefined, { signal }).catch(() => {});
        wait = Math.min(longestWait, wait * 2);
      }
    }
  };

  const onContact = (who: string) => (change: { readonly contact: 'lost' | 'back'; readonly why?: string }) =>
    change.contact === 'lost' ? contact.lost(who, change.why ?? 'no answer') : contact.back(who);

  const followLog = (): Promise<void> =>
    persist('log', async () => {
      await client.logs(handle.app, { from: place, onBatch, onContact: onContact('log'), signal });
      return true;
    });

  const pause = (): Promise<void> => sleep(lookEvery, undefined, { signal }).catch(() => {});

  /** Of a coordinator that died after it had called the next one, or whose end Modal has forgotten, the run's own file knows who leads. */
  const calledSince = async (call: string): Promise<string | undefined> => {
    try {
      const { bytes } = await client.volumeRead(resultsVolume, `${remoteRun(handle.run)}/call.json`);
      const { app, call: newest } = JSON.parse(bytes.toString('utf8')) as { readonly app?: unknown; readonly call?: unknown };
      return app === handle.app && typeof newest === 'string' && newest !== call ? newest : undefined;
    } catch {
      return undefined;
    }
  };

  /** Coordinators follow one another; the end of the run is that of the last. */
  const awaitEnd = (): Promise<void> => {
    let unknownSince: number | undefined;
    let { call } = handle;
    return persist('call', async () => {
      const state = await client.callEnd(call, { onContact: onContact('call'), signal });
      if (state.state === 'running') return false;
      const next = state.state === 'done' ? nextOf(state) : await calledSince(call);
      if (next !== undefined) {
        call = next;
        unknownSince = undefined;
        return false;
      }
      if (state.state === 'unknown') {
        unknownSince ??= performance.now();
        if (performance.now() - unknownSince < endPatience) {
          await pause();
          return false;
        }
      }
      ended ??= state;
      return true;
    });
  };

  /** An app that somebody stopped, or that is gone, may take its call along without a word. */
  const lookAtApp = async (since: { over?: number }): Promise<void> => {
    const app = await client.appState(handle.app);
    if (app.state !== 'stopped' && app.state !== 'disabled' && app.state !== 'gone') {
      delete since.over;
      return;
    }
    since.over ??= performance.now();
    if (performance.now() - since.over < endPatience) return;
    if (app.state === 'gone') {
      ended ??= { state: 'unknown', why: `Modal no longer knows its app ${handle.app}` };
      return;
    }
    const by = app.stoppedBy === null ? '' : ` by ${app.stoppedBy}`;
    ended ??= { state: 'failed', error: { type: 'AppStopped', text: `The app was stopped${by}` }, at: app.stopped };
  };

  const look = async (): Promise<void> => {
    const since: { over?: number } = {};
    while (!signal.aborted) {
      await persist('containers', async () => {
        await containers.look();
        sayStages();
        if (ended === undefined) await lookAtApp(since);
        return true;
      });
      await pause();
    }
  };

  const stagesSaid = new Set<string>();
  const stage = (name: string, state: 'start' | 'done', at: number, seconds?: number): void => {
    if (stagesSaid.has(`${name} ${state}`)) return;
    stagesSaid.add(`${name} ${state}`);
    tell({ kind: 'stage', stage: name, state, at, ...(seconds !== undefined && { seconds }) });
  };

  /** How long the first container waited and started, and that the job speaks now. */
  const sayStages = (): void => {
    const { queuedAt, startedAt } = containers.first();
    if (queuedAt !== undefined) stage('queue', 'start', queuedAt);
    if (queuedAt === undefined || startedAt === undefined) return;
    stage('queue', 'done', startedAt, Math.max(0, startedAt - queuedAt) / 1000);
  };

  const fillHole = async ({ container, kind }: Gap): Promise<void> => {
    const file = `${remoteContainer(handle.run, container)}/${kind === 'log' ? 'log' : 'events.ndjson'}`;
    // A log here is a beginning of the log there; events are few, and those that are here already are passed over.
    const [offset, after] = kind === 'log' ? [mirror.bytes(container, 'log'), mirror.reached(container, 'log')] : [0, 0];
    const { bytes } = await client.volumeRead(resultsVolume, file, { offset });
    const whole = bytes.toString('utf8', 0, bytes.lastIndexOf(10) + 1);
    if (whole === '') return;
    const lines = whole.slice(0, -1).split('\n');
    if (kind === 'log') mirror.take(asHeard(container, lines, after));
    else mirror.take(lines.flatMap(line => readLine(line) ?? []));
  };

  const fillHoles = async (): Promise<void> => {
    while (!signal.aborted) {
      for (const hole of mirror.gaps().filter(({ since }) => performance.now() - since > holePatience)) {
        // Not committed yet, or no way there: it is asked again, and at the end everything is fetched.
        await fillHole(hole).catch(() => {});
      }
      await pause();
    }
  };

  writeFileSync(modalLog(job), '', { mode: fileMode, flag: 'a' });
  const loops = Promise.all([followLog(), awaitEnd(), look(), fillHoles()]);

  return {
    mirror,
    containers,
    /** What was seen since the last time. */
    observations: (): readonly Observation[] => seen.splice(0),
    status: (): JobStatus => (ended === undefined ? { state: 'running' } : endOf(ended, handle.run)),
    /** Everything of the run could be fetched, so there is a way to Modal. */
    reached: (): void => contact.isBack(),
    close: async (): Promise<void> => {
      closing.abort();
      await loops;
    },
  };
};

export type Session = ReturnType<typeof createSession>;

const whyOf = (error: unknown): string =>
  error instanceof ModalError ? error.failure.why : error instanceof Error ? error.message : String(error);
