/** Modal as a target: the same job in its containers. What it prints and writes there stands in the run's folder here, as if it had run here. */
import { rmSync } from 'node:fs';
import path from 'node:path';
import { toFailure, UserError } from '../../errors/errors.ts';
import type { Failure } from '../../errors/failure.ts';
import { ModalError } from '../../modal-client/errors.ts';
import type { ModalProgram } from '../../modal-client/program.ts';
import type { ModalClient } from '../../modal-client/types.ts';
import { volumesObstacle } from '../../modal-client/volume-version.ts';
import { makeFolder } from '../../process/files.ts';
import { readLines } from '../../process/ndjson.ts';
import { type Handle, isModalHandle, type ModalHandle } from '../../runs/journal-entry.ts';
import type { CloudPlan, Spec } from '../../runs/spec.ts';
import { bucketKeys } from '../../secrets/known.ts';
import { secretObstacle } from '../../secrets/secrets.ts';
import { packageRoot } from '../../util/paths.ts';
import { workloadOf } from '../../workloads/registry.ts';
import type { Target } from '../target.ts';
import { carry } from './carried.ts';
import { launchOf } from './launch-file.ts';
import { createLauncher } from './launcher.ts';
import { remoteRun, settleRun } from './remote.ts';
import { createSession, type Session } from './session.ts';

export type ModalOptions = {
  readonly spec: Spec;
  readonly client: ModalClient;
  readonly program: () => Promise<ModalProgram>;
  /** The Python file of the app; by default the workload's. */
  readonly app?: string;
  /** Milliseconds that the client's wrapper may take to say who it is. */
  readonly patience?: number;
  /** Milliseconds for containers of an ended call to be told as ended too. */
  readonly containerPatience?: number;
};

/** Milliseconds that a job may take to leave: it finishes the pass under way, commits, and its coordinator merges. */
const grace = 60_000;

const nothingBegun = 'nothing was started and nothing is billed';

const jobFolder = (runDir: string): string => path.join(runDir, 'job');

const cloudOf = ({ cloud }: Spec): CloudPlan => {
  if (cloud === undefined) throw new Error('A run on Modal has a cloud plan');
  return cloud;
};

const ours = (handle: Handle): ModalHandle => {
  if (!isModalHandle(handle)) throw new Error('A run on Modal is known by its call');
  return handle;
};

export const createModalTarget = ({
  spec,
  client,
  program,
  app = path.join(packageRoot, 'modal', 'apps', workloadOf(spec).app),
  patience = 60_000,
  containerPatience = 20_000,
}: ModalOptions): Target => {
  const cloud = cloudOf(spec);
  let session: { readonly call: string; readonly watching: Session } | undefined;
  let collectingSince: number | undefined;

  const launcher = (runDir: string, attempt: number) =>
    createLauncher({
      client,
      program,
      run: path.basename(runDir),
      attempt,
      job: jobFolder(runDir),
      app,
      patience,
    });

  const closeSession = async (): Promise<void> => {
    const open = session;
    session = undefined;
    await open?.watching.close();
  };

  const watching = (runDir: string, handle: Handle): Session => {
    const known = ours(handle);
    if (session === undefined || session.call !== known.call) {
      void closeSession();
      const opened = createSession({ client, handle: known, job: jobFolder(runDir), resultsVolume: cloud.volumes.results });
      session = { call: known.call, watching: opened };
    }
    return session.watching;
  };

  /** Everything of the run on the results volume is in its place here. A run that never began has left nothing. */
  const fetchRun = async (runDir: string, { run }: ModalHandle, { mirror }: Session): Promise<void> => {
    const job = jobFolder(runDir);
    const fetched = path.join(job, '.collect');
    makeFolder(fetched);
    try {
      await client.volumeFetch(cloud.volumes.results, remoteRun(run), fetched, { deadline: 600 });
    } catch (error) {
      if (!(error instanceof ModalError && error.kind === 'not-found')) throw error;
    }
    settleRun(fetched, job, mirror, workloadOf(spec).folders);
    rmSync(fetched, { recursive: true, force: true });
  };

  /** Found out at the mount, a missing key would be paid for. */
  const bucketObstacle = async (): Promise<Failure | undefined> => {
    for (const bucket of Object.values(cloud.buckets ?? {})) {
      if (bucket.secret === null) continue;
      const obstacle = await secretObstacle(client, bucket.secret, bucketKeys(bucket.endpoint));
      if (obstacle !== undefined) return { kept: nothingBegun, ...obstacle };
    }
    return undefined;
  };

  /** Found out at the mount, it would be paid for. */
  const volumeObstacle = async (): Promise<Failure | undefined> => {
    const { datasets, results } = cloud.volumes;
    const obstacle = await volumesObstacle(client, cloud.buckets?.datasets === undefined ? [datasets, results] : [results]);
    return obstacle && { ...obstacle, kept: nothingBegun };
  };

  return {
    grace,

    check: async () => {
      try {
        await program();
        return (await bucketObstacle()) ?? (await volumeObstacle());
      } catch (error) {
        return { kept: nothingBegun, ...toFailure(error), ...(error instanceof UserError && { exitCode: error.exitCode }) };
      }
    },

    launch: async (_spec, runDir, attempt, options = {}) => {
      const run = path.basename(runDir);
      const job = jobFolder(runDir);
      // A stop was meant for the attempt that is over.
      if (attempt > 1) await client.controlDelete(cloud.control, run);
      const { signal = new AbortController().signal } = options;
      await carry(client, cloud.volumes.results, workloadOf(spec).carries?.(spec) ?? [], signal, options.onObservation);
      const handle = await launcher(runDir, attempt).launch(() => launchOf(spec, cloud, run, attempt, job, options.money), options);
      return { handle };
    },

    find: async (runDir, attempt, options = {}) => {
      try {
        const handle = await launcher(runDir, attempt).find(options);
        return handle && { handle };
      } catch (error) {
        // A launch that failed while nobody watched: whoever launches is told why, and ends the run with it.
        if (error instanceof UserError) return undefined;
        throw error;
      }
    },

    follow: async (runDir, offset) => readLines(path.join(jobFolder(runDir), 'events.ndjson'), offset),

    observe: async (runDir, _attempt, handle) => watching(runDir, handle).observations(),

    status: async (runDir, _attempt, handle) => watching(runDir, handle).status(),

    stop: async (handle, force, reason = 'asked') => {
      const { run, app, call } = ours(handle);
      try {
        if (force) {
          await client.stopApp(app);
          // An app that Modal does not know ends nothing by being stopped; its call may still be there.
          if ((await client.appState(app)).state === 'gone') await client.cancelCall(call, { terminate: true });
        } else {
          // The job itself knows the budget that it was launched with.
          const { budget = null } = (await client.controlGet(cloud.control, run)) ?? {};
          await client.controlPut(cloud.control, run, { stop: reason, budget });
        }
        return true;
      } catch (error) {
        if (!(error instanceof ModalError)) throw error;
        return false;
      }
    },

    setBudget: async (handle, dollars) => {
      const { run } = ours(handle);
      try {
        // Whoever was told to leave goes on leaving.
        const { stop = null } = (await client.controlGet(cloud.control, run)) ?? {};
        await client.controlPut(cloud.control, run, { stop, budget: dollars });
        return true;
      } catch (error) {
        if (!(error instanceof ModalError)) throw error;
        return false;
      }
    },

    collect: async (runDir, _attempt, handle) => {
      const known = ours(handle);
      const watched = watching(runDir, handle);
      collectingSince ??= performance.now();
      try {
        // Nothing of it may go on being billed, whatever the coordinator could not clear away.
        await client.stopApp(known.app);
        await watched.containers.look();
        if (!watched.containers.allFinished() && performance.now() - collectingSince < containerPatience) return 'later';
        await fetchRun(runDir, known, watched);
        await client.controlDelete(cloud.control, known.run);
        watched.reached();
      } catch (error) {
        if (error instanceof ModalError && ['unreachable', 'auth'].includes(error.kind)) return 'later';
        throw error;
      }
      return 'done';
    },

    close: async () => {
      await closeSession();
      await client.close();
    },
  };
};
