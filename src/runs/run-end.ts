/** How a run ended and what to tell a person about it. Pure. */
import { constants } from 'node:os';
import { exitCodes } from '../errors/errors.ts';
import type { Failure } from '../errors/failure.ts';
import { toldFailure } from '../events/told.ts';
import { runningRate } from '../metering/cloud-cost.ts';
import { budgetOf, meter } from '../metering/meter.ts';
import { money } from '../text/format.ts';
import { countedUnits, keptOf, unitsOf, workloadOf } from '../workloads/registry.ts';
import { isModalHandle, type JournalEntry } from './journal-entry.ts';
import type { RunState } from './state.ts';

/** Why a stop was requested, as it stands in the journal. */
export const stopReasons = { person: 'asked', enough: 'enough', timeout: 'timeout', budget: 'budget' } as const;

const isModalRun = ({ spec }: RunState): boolean => spec.target === 'modal';

export type Ended = Extract<JournalEntry, { readonly kind: 'ended' }>;

const signalName = (signal: number): string =>
  Object.entries(constants.signals).find(([, number]) => number === signal)?.[0] ?? `signal ${signal}`;

/** What a resumed run will not have to do again. */
const kept = (state: RunState): string => {
  const { done: made, total } = unitsOf(state);
  const done = keptOf(state);
  const { one } = workloadOf(state.spec).noun;
  if (done === 0) return made === 0 ? `no ${one} was finished yet` : `nothing yet of the ${countedUnits(state.spec, made)} that it made`;
  return `${done} of ${countedUnits(state.spec, total)}`;
};

const resume = (run: string): string => `ann-tui resume ${run}`;

const stopped = (state: RunState, why = 'a person asked for it'): Ended => ({
  kind: 'ended',
  outcome: 'stopped',
  exitCode: exitCodes.interrupted,
  failure: { what: 'The run was stopped', why, kept: kept(state), hint: resume(state.run) },
});

/** Nobody broke it off. */
const enough = (state: RunState): Ended => ({
  kind: 'ended',
  outcome: 'stopped',
  exitCode: exitCodes.interrupted,
  failure: {
    what: 'It was to measure only, and has',
    why: 'how fast it goes was all that was asked for',
    kept: kept(state),
    hint: resume(state.run),
  },
});

const failed = (failure: Failure): Ended => ({ kind: 'ended', outcome: 'failed', exitCode: exitCodes.failed, failure });

const timedOut = (state: RunState): Ended =>
  failed({
    what: `The run took longer than its limit of ${state.spec.timeout} s`,
    why: 'it was stopped by its own timeout',
    kept: kept(state),
    hint: resume(state.run),
  });

/** `at`: unix milliseconds. */
const overBudget = (state: RunState, at: number): Ended => {
  const budget = budgetOf(state);
  const words =
    budget === null
      ? { what: 'The budget is used up', why: 'the job says so' }
      : {
          what: `The budget of ${money(budget)} is used up`,
          why: `${money(meter(state, at).billed)} were spent, and going on costs ${money(runningRate(state.spec))} an hour`,
        };
  const more = budget === null ? '' : ` --budget ${Number((2 * budget).toPrecision(2))}`;
  const { exit } = state;
  const failure = { ...words, ...(exit?.code === exitCodes.budget && exit.failure) };
  return {
    kind: 'ended',
    outcome: 'budget',
    exitCode: exitCodes.budget,
    failure: { ...failure, kept: kept(state), hint: `${resume(state.run)}${more}` },
  };
};

const killedFromOutside = 'The job was killed from outside';

const lost = (state: RunState, boot: string): Ended => ({
  kind: 'ended',
  outcome: 'lost',
  exitCode: exitCodes.failed,
  failure: {
    what: killedFromOutside,
    why:
      state.handle !== undefined && !isModalHandle(state.handle) && state.handle.boot !== boot
        ? 'this machine was restarted while it ran'
        : 'its process is gone and left no exit code (out of memory, or kill -9)',
    kept: kept(state),
    hint: resume(state.run),
  },
});

/** The target's own word on why, with what a resumed run keeps. */
const told = (state: RunState, failure: Failure): Failure => ({ ...toldFailure(failure, resume(state.run)), kept: kept(state) });

const broken = (state: RunState, code: number | null, signal: number | null): Ended => {
  const { run, jobFailure } = state;
  const anew = workloadOf(state.spec).anew?.(state);
  if (jobFailure !== undefined && anew !== undefined) {
    const why = anew.first === undefined ? jobFailure.why : `${jobFailure.why}; ${anew.first}`;
    return failed({ ...jobFailure, why, kept: kept(state), hint: anew.command });
  }
  if (jobFailure !== undefined) return failed({ hint: `ann-tui logs ${run}`, ...jobFailure, kept: kept(state) });
  // Nobody ends like this by himself.
  if (signal === constants.signals.SIGKILL)
    return failed({
      what: killedFromOutside,
      why: 'it was ended by SIGKILL (out of memory, or kill -9)',
      kept: kept(state),
      hint: resume(run),
    });
  const why =
    code === 0
      ? 'it left before its end, as if all were well: something in it called exit'
      : signal === null
        ? `it left with exit code ${code}`
        : `it was ended by ${signalName(signal)}`;
  return failed({ what: 'The job failed', why, kept: kept(state), hint: `ann-tui logs ${run}` });
};

/**
 * The end of a run whose job is over (`state.exit`), or that was stopped before there was a job. `boot`: this start of the machine; `now`: unix
 * milliseconds.
 */
export const verdict = (state: RunState, boot: string, now: number = Date.now()): Ended => {
  const { exit, stopReason } = state;
  // A job that finished while the signal was on its way did finish. One that left without a result did not: something in it left for it.
  if (exit?.code === 0 && !exit.lost && state.jobResult !== undefined) return { kind: 'ended', outcome: 'done', exitCode: exitCodes.done };
  if (stopReason === stopReasons.budget || (exit?.code === exitCodes.budget && isModalRun(state))) return overBudget(state, now);
  if (stopReason === stopReasons.timeout) return timedOut(state);
  if (stopReason === stopReasons.enough) return enough(state);
  if (stopReason !== undefined || exit === undefined) return stopped(state);
  // A coordinator leaves like this when it is asked to, by whichever machine follows the run.
  if (exit.code === exitCodes.interrupted && isModalRun(state)) return stopped(state, 'it was asked for on another machine');
  if (exit.lost) {
    const word = lost(state, boot);
    return exit.failure === undefined ? word : { ...word, failure: told(state, exit.failure) };
  }
  return exit.failure === undefined || state.jobFailure !== undefined
    ? broken(state, exit.code, exit.signal)
    : failed(told(state, exit.failure));
};
