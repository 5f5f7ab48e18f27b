/**
 * Brings one attempt to a call on Modal, through `modal run --detach`, such that whenever a supervisor dies the next one takes up what is there:
 * the client runs under a wrapper that claims its number once, and tells app and call in the attempt's launch log. A client that died in between
 * may have left an app without a call that we know: it is stopped before another try.
 */
import { existsSync, readFileSync, renameSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { toFailure, UserError } from '../../errors/errors.ts';
import { explainModal, ModalError } from '../../modal-client/errors.ts';
import type { ModalProgram } from '../../modal-client/program.ts';
import type { App, ModalClient } from '../../modal-client/types.ts';
import { makeFolder, writeJsonAtomic } from '../../process/files.ts';
import { isAlive } from '../../process/identity.ts';
import { ofAppName } from '../../runs/app-name.ts';
import { launchLog } from '../../runs/files.ts';
import type { ModalHandle } from '../../runs/journal-entry.ts';
import type { LaunchOptions } from '../target.ts';
import { readClaim, readExit } from '../wrapper/attempt.ts';
import { startWrapped } from '../wrapper/start.ts';
import { createContact } from './contact.ts';
import { launchFile } from './launch-file.ts';

export type Launcher = {
  readonly client: ModalClient;
  readonly program: () => Promise<ModalProgram>;
  readonly run: string;
  readonly attempt: number;
  readonly job: string;
  /** The Python file of the app, absolute. */
  readonly app: string;
  readonly patience: number;
};

/** Tries of one attempt: a client that was killed before it could say what it had begun is followed by another. */
const mostTries = 20;
/** Milliseconds for the client to leave after Ctrl-C. */
const leaveWithin = 5000;

/** Milliseconds that Modal's list of apps may be behind. */
const listLag = 1000;

const claimNumber = (attempt: number, attemptTry: number): number => attempt * 1000 + attemptTry;

const liveStates: readonly App['state'][] = ['initializing', 'ephemeral', 'detached', 'deployed', 'stopping', 'unknown'];

/** What the entrypoint printed, the last word. */
export const readLaunched = (log: string, run: string): ModalHandle | undefined => {
  const text = existsSync(log) ? readFileSync(log, 'utf8') : '';
  for (const line of text.split('\n').toReversed()) {
    if (!line.startsWith('{"ann_tui"')) continue;
    try {
      const { ann_tui: word, app, call } = JSON.parse(line) as Record<string, unknown>;
      if (word === 'launched' && typeof app === 'string' && typeof call === 'string') return { app, call, run };
    } catch {
      // A killed client tore its last line.
    }
  }
  return undefined;
};

const failedLaunch = (log: string, code: number | null, signal: number | null): UserError => {
  const text = existsSync(log) ? readFileSync(log, 'utf8').trim() : '';
  const { failure, exitCode } = explainModal(
    '',
    text === '' ? `modal run left with ${signal === null ? `code ${code}` : `signal ${signal}`}` : text,
  );
  return new UserError({ kept: 'nothing runs at Modal', ...failure }, exitCode);
};

export const createLauncher = ({ client, program, run, attempt, job, app, patience }: Launcher) => {
  const log = launchLog(job, attempt);
  const triesMade = (): number => {
    let made = 0;
    while (made < mostTries && readClaim(job, claimNumber(attempt, made + 1)) !== undefined) made += 1;
    return made;
  };

  /** Apps of this run that may still have something running. */
  const liveApps = async (): Promise<readonly App[]> =>
    (await client.apps()).filter(({ name, state }) => ofAppName(name)?.run === run && liveStates.includes(state));

  const stopApps = async (): Promise<void> => {
    for (const { id } of await liveApps()) await client.stopApp(id);
  };

  /** Until no app of this run is alive, however long Modal cannot be reached: a second one would be billed too. */
  const clearWay = async ({ signal, onObservation = () => {} }: LaunchOptions): Promise<void> => {
    const contact = createContact(onObservation);
    for (let wait = 500; ; wait = Math.min(15_000, wait * 2)) {
      signal?.throwIfAborted();
      try {
        await stopApps();
        // A list may be a moment behind.
        await sleep(listLag);
        await stopApps();
        contact.back('launch');
        return;
      } catch (error) {
        if (!(error instanceof ModalError) || error.kind !== 'unreachable') throw error;
        contact.lost('launch', error.failure.why);
        await sleep(wait, undefined, signal && { signal }).catch(() => {});
      }
    }
  };

  /** Ends a client that is launching, and whatever it may have begun. */
  const undo = async (number: number): Promise<void> => {
    const claim = readClaim(job, number);
    if (claim === undefined || !('wrapper' in claim)) return;
    const { wrapper } = claim;
    // Its wrapper has a process group of its own, and ends only when the client has.
    for (const word of ['SIGINT', 'SIGTERM', 'SIGKILL'] as const) {
      if (!isAlive(wrapper)) break;
      process.kill(-wrapper.pid, word);
      const deadline = performance.now() + leaveWithin;
      while (isAlive(wrapper) && performance.now() < deadline) await sleep(50);
    }
    await clearWay({});
  };

  /** Waits for the try's end; its handle, or undefined when it was killed before it could say. Throws what the client said. */
  const outcome = async (number: number, { signal }: LaunchOptions): Promise<ModalHandle | undefined> => {
    for (;;) {
      const claim = readClaim(job, number);
      if (claim !== undefined && 'givenUp' in claim) throw new UserError(claim.givenUp);
      const alive = claim !== undefined && isAlive(claim.wrapper);
      const exit = readExit(job, number);
      const launched = readLaunched(log, run);
      if (launched !== undefined) return launched;
      if (exit !== undefined && exit.signal === null) throw failedLaunch(log, exit.code, exit.signal);
      if (exit !== undefined || !alive) return undefined;
      if (signal?.aborted) {
        await undo(number);
        signal.throwIfAborted();
      }
      await sleep(20);
    }
  };

  const begin = async (number: number, spec: object): Promise<void> => {
    if (existsSync(log)) renameSync(log, `${log}.${number - 1}`);
    writeJsonAtomic(launchFile(job, attempt), spec);
    const { python, program: modal, env } = await program();
    const claim = await startWrapped({
      folder: job,
      number,
      python,
      command: [modal, 'run', '--detach', app],
      env: { ...env, ANN_TUI_LAUNCH: launchFile(job, attempt) },
      log,
      patience,
      failure: { what: "Modal's client could not be started", hint: 'ann-tui doctor' },
    });
    if ('givenUp' in claim) throw new UserError(claim.givenUp);
  };

  return {
    /** What an earlier supervisor of this attempt has begun, once it is clear what became of it. */
    find: async (options: LaunchOptions = {}): Promise<ModalHandle | undefined> => {
      const made = triesMade();
      return made === 0 ? undefined : await outcome(claimNumber(attempt, made), options);
    },
    /** `spec`: the contents of the launch file, made only when they are needed. */
    launch: async (spec: () => object, options: LaunchOptions = {}): Promise<ModalHandle> => {
      makeFolder(job);
      const { onObservation = () => {} } = options;
      onObservation({ kind: 'stage', stage: 'image', state: 'start', at: Date.now() });
      const begunAt = Date.now();
      try {
        for (let made = triesMade(); made < mostTries; made = triesMade()) {
          const found = made === 0 ? undefined : await outcome(claimNumber(attempt, made), options);
          if (found === undefined) {
            // The first try of a first attempt finds nothing in its way, and need not ask.
            if (made > 0 || attempt > 1) await clearWay(options);
            options.signal?.throwIfAborted();
            await begin(claimNumber(attempt, made + 1), spec());
            continue;
          }
          const at = Date.now();
          onObservation({ kind: 'stage', stage: 'image', state: 'done', at, seconds: (at - begunAt) / 1000 });
          return found;
        }
        throw new UserError({
          what: 'The run could not be launched',
          why: `its client was killed ${mostTries} times`,
          hint: 'ann-tui doctor',
        });
      } catch (error) {
        // Whatever a failed client left is ended, if Modal can be asked now; else the next start does it.
        await stopApps().catch(() => {});
        throw options.signal?.aborted || error instanceof UserError ? error : new UserError(toFailure(error));
      }
    },
    stopApps,
  };
};
