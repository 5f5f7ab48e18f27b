/** Starts supervisors: detached, so that they outlive the terminal. */
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import path from 'node:path';
import { fileMode } from '../process/files.ts';
import { lockOwner } from '../process/lock.ts';
import { paths } from '../util/paths.ts';
import { runFiles } from './files.ts';
import { pendingIntents } from './intents.ts';
import type { Spec } from './spec.ts';
import type { RunState } from './state.ts';
import {
  createLister,
  createRun,
  type Listed,
  type ResumeOptions,
  requestBudget,
  requestResume,
  requestStop,
  type StopOptions,
  sweepRemains,
} from './store.ts';

/** The supervisor changes its folder, so a relative one would mean another place to it. */
const withAbsoluteHome = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  env.ANN_TUI_HOME ? { ...env, ANN_TUI_HOME: path.resolve(env.ANN_TUI_HOME) } : env;

/**
 * Starts `ann-tui _supervise RUN` and does not wait for it; when another one has the run already, the new one leaves quietly.
 * `program`: the executable script. Returns the pid, undefined when the system refused one.
 */
export const startSupervisor = (run: string, program: string = process.argv[1] ?? ''): number | undefined => {
  const log = openSync(runFiles(run).supervisorLog, 'a', fileMode);
  try {
    const child = spawn(process.execPath, [program, '_supervise', run], {
      cwd: '/',
      detached: true,
      stdio: ['ignore', log, log],
      env: withAbsoluteHome(process.env),
    });
    // No process to be had: the next start of the program tries again.
    child.once('error', () => {});
    child.unref();
    return child.pid;
  } finally {
    closeSync(log);
  }
};

const needsSupervisor = (state: RunState, runs: string): boolean => {
  const files = runFiles(state.run, runs);
  const resumeAsked = () => pendingIntents(files.intents).some(({ wish }) => wish.intent === 'resume');
  return (state.status !== 'ended' || resumeAsked()) && lockOwner(files.owner) === undefined;
};

/**
 * Starts a supervisor for each unfinished run that has none alive; returns those runs. One broken run does not stop the others. `list`: that of
 * whoever lists the runs too, since thousands of them are better read once.
 */
export const recoverRuns = (program?: string, list: () => Listed = createLister()): readonly string[] => {
  sweepRemains();
  const { runs } = paths();
  return list()
    .runs.filter(state => {
      try {
        return needsSupervisor(state, runs) && startSupervisor(state.run, program) !== undefined;
      } catch {
        return false;
      }
    })
    .map(({ run }) => run);
};

/** A new run, under way; returns its name. */
export const launchRun = (spec: Spec, program?: string): string => {
  const run = createRun(spec);
  startSupervisor(run, program);
  return run;
};

/** Asks a run to stop and makes sure that somebody heeds it. False when it was over already. */
export const stopRun = (run: string, options: StopOptions = {}, program?: string): boolean => {
  const asked = requestStop(run, options);
  if (asked && lockOwner(runFiles(run).owner) === undefined) startSupervisor(run, program);
  return asked;
};

/**
 * Another attempt of a run that ended before it was done, with another budget (dollars) if one is given. Throws a `UserError` when there is nothing to
 * resume.
 */
export const resumeRun = (run: string, options: ResumeOptions = {}, program?: string): void => {
  requestResume(run, options);
  startSupervisor(run, program);
};

/** Another budget (dollars) for a run on Modal that goes on. Throws a `UserError` when it cannot be had any more. */
export const setBudget = (run: string, dollars: number, program?: string): void => {
  requestBudget(run, dollars);
  if (lockOwner(runFiles(run).owner) === undefined) startSupervisor(run, program);
};
