/** This machine as a target: the job is a Python process under a wrapper that outlives terminals and supervisors. */
import { existsSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { toFailure, UserError } from '../../errors/errors.ts';
import type { Failure } from '../../errors/failure.ts';
import { makeFolder, writeJsonAtomic } from '../../process/files.ts';
import { bootId, identify, isAlive } from '../../process/identity.ts';
import { closeTornTail, readLines } from '../../process/ndjson.ts';
import { isModalHandle } from '../../runs/journal-entry.ts';
import type { Spec } from '../../runs/spec.ts';
import { copyOf } from '../../user-code/copies.ts';
import { paths } from '../../util/paths.ts';
import { workloadOf } from '../../workloads/registry.ts';
import type { Runtime } from '../../workloads/workload.ts';
import type { Launched, Target } from '../target.ts';
import { type Claim, giveUp, readClaim, readExit } from '../wrapper/attempt.ts';
import { startWrapped } from '../wrapper/start.ts';
import { type JobPython, jobCommand, jobEnvironment } from './job.ts';

export type LocalOptions = {
  /** The Python of a private environment; asked at every launch, since set-up may come in between. May throw a `UserError`. */
  readonly pythonOf: (runtime: Runtime) => JobPython;
  /** The job's command line; by default the workload's module. */
  readonly command?: (python: JobPython, module: string) => readonly string[];
  /** Milliseconds that the wrapper may take to say who it is. */
  readonly patience?: number;
};

const jobFolder = (runDir: string): string => path.join(runDir, 'job');

/** What a spec's job is started with, or why there is none. */
const foundFor = (spec: Spec, pythonOf: LocalOptions['pythonOf']): { readonly found: JobPython } | { readonly failure: Failure } => {
  try {
    const found = pythonOf(workloadOf(spec).runtime(spec));
    return existsSync(found.python) ? { found } : { failure: notSetUp(found.python) };
  } catch (error) {
    return { failure: toFailure(error) };
  }
};

const notSetUp = (python: string): Failure => ({
  what: 'This machine is not set up yet',
  why: `there is no Python environment at ${path.dirname(path.dirname(python))}`,
  hint: 'ann-tui setup',
});

const orFailure = (claim: Claim): Launched => {
  if ('wrapper' in claim) return { handle: claim.wrapper };
  throw new UserError(claim.givenUp);
};

/** When a file of the job last changed, unix milliseconds. */
const lastSign = (job: string): number | undefined => {
  const times = ['events.ndjson', 'log'].flatMap(name => statSync(path.join(job, name), { throwIfNoEntry: false })?.mtimeMs ?? []);
  return times.length > 0 ? Math.round(Math.max(...times)) : undefined;
};

const jobFor = (spec: Spec, job: string): object =>
  workloadOf(spec).job(spec, { dataDir: paths().datasets, cores: availableParallelism(), sourceAt: source => copyOf(job, source) });

export const createLocalTarget = ({ pythonOf, command = jobCommand, patience = 60_000 }: LocalOptions): Target => {
  const start = async (spec: Spec, job: string, attempt: number, found: JobPython): Promise<Claim> => {
    const { module, environment } = workloadOf(spec);
    const { set, passed } = environment(paths());
    return await startWrapped({
      folder: job,
      number: attempt,
      python: found.python,
      command: command(found, module),
      env: { ...jobEnvironment(process.env, passed), ...set, ...found.env },
      log: path.join(job, 'log'),
      patience,
      failure: { what: 'The job could not be started', hint: 'ann-tui doctor' },
    });
  };

  return {
    check: async spec => {
      const looked = foundFor(spec, pythonOf);
      return 'failure' in looked ? looked.failure : undefined;
    },

    launch: async (spec, runDir, attempt) => {
      const job = jobFolder(runDir);
      const earlier = readClaim(job, attempt);
      if (earlier !== undefined) return orFailure(earlier);
      makeFolder(job);
      const looked = foundFor(spec, pythonOf);
      if ('failure' in looked) return orFailure(giveUp(job, attempt, looked.failure));
      writeJsonAtomic(path.join(job, 'job.json'), jobFor(spec, job));
      // An earlier attempt that was killed may have left half a line, which would swallow the first one of this attempt.
      for (const name of ['events.ndjson', 'log']) closeTornTail(path.join(job, name));
      return orFailure(await start(spec, job, attempt, looked.found));
    },

    find: async (runDir, attempt) => {
      const claim = readClaim(jobFolder(runDir), attempt);
      return claim !== undefined && 'wrapper' in claim ? { handle: claim.wrapper } : undefined;
    },

    follow: async (runDir, offset) => readLines(path.join(jobFolder(runDir), 'events.ndjson'), offset),

    status: async (runDir, attempt, handle) => {
      if (isModalHandle(handle)) return { state: 'lost' };
      const job = jobFolder(runDir);
      // In this order: a wrapper that writes its word and leaves between two looks must not be told as lost.
      const alive = isAlive(handle);
      const exit = readExit(job, attempt);
      if (exit !== undefined) return { state: 'exited', ...exit };
      if (alive) return { state: 'running' };
      const at = lastSign(job);
      return at === undefined ? { state: 'lost' } : { state: 'lost', at };
    },

    stop: async (handle, force) => {
      if (isModalHandle(handle)) return true;
      const now = identify(handle.pid);
      if (handle.boot !== bootId || (now !== undefined && now.start !== handle.start)) return true;
      // With the wrapper gone and its number not taken again, the group can hold only what the job left behind.
      try {
        process.kill(-handle.pid, force ? 'SIGKILL' : 'SIGTERM');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
      }
      return true;
    },
  };
};
