/** What the fold over a journal yields. Plain JSON: `state.json` is a snapshot of it. Screens and `--json` read only this. */

import type { Failure } from '../errors/failure.ts';
import type { Machine, ProgressEvent } from '../events/event.ts';
import type { Pace } from '../metering/eta-reliability.ts';
import type { PlaneClock } from '../metering/plane-clock.ts';
import type { Handle, JournalLine, Outcome } from './journal-entry.ts';
import type { Spec } from './spec.ts';

export type PhaseState = {
  readonly name: string;
  readonly label?: string;
  /** Unix milliseconds by the job's clock. */
  readonly startedAt: number;
  /** Absent while it runs. */
  readonly seconds?: number;
};

/** A container that was seen; unix milliseconds by the control plane's clock. */
export type ContainerState = {
  /** "ta-…" */
  readonly task: string;
  readonly attempt: number;
  /** "coordinator", "worker" or "preparer"; unknown until it spoke. */
  readonly role?: string;
  /** Which of the machines that would do it has: "A100-80GB". */
  readonly machine?: string;
  /** What ended the container whose work it goes on with: "preemption", "time", "loss", …; absent for the first one. */
  readonly after?: string;
  readonly name?: string;
  readonly queuedAt?: number;
  /** A machine was found for it: the queue is over, and from here on it is billed. */
  readonly assignedAt?: number;
  /** The job could begin in it. */
  readonly startedAt?: number;
  readonly finishedAt?: number;
  /** Its first and its last word by its own clock, which only part what is billed in any case. */
  readonly workedFrom?: number;
  readonly workedUntil?: number;
};

export type Status = 'created' | 'launching' | 'running' | 'stopping' | 'ended';

/** `S` and `R`: its workload's spec and results. */
export type RunState<S extends Spec = Spec, R = unknown> = {
  readonly run: string;
  readonly spec: S;
  readonly status: Status;
  readonly attempt: number;
  readonly createdAt: number;
  /** Unix milliseconds of the current attempt's launch. */
  readonly launchedAt?: number;
  /** Unix milliseconds when the job of the current attempt was over. */
  readonly endedAt?: number;
  /** Milliseconds the job ran in earlier attempts; the current one is not in it, also when it has ended. */
  readonly ranBefore: number;
  readonly handle?: Handle;
  readonly machine?: Machine;
  readonly phases: readonly PhaseState[];
  /** The newest, whoever said it. */
  readonly progress?: ProgressEvent;
  /** The newest of each container, by its name; absent while there is only one. */
  readonly progressOf?: Readonly<Record<string, ProgressEvent>>;
  /** Containers of all attempts, in the order they were seen; absent on this machine. */
  readonly containers?: readonly ContainerState[];
  /** The control plane's clock, from its own words; absent on this machine. */
  readonly planeClock?: PlaneClock;
  /** What each container of this attempt said of its own end, by its name. */
  readonly paces?: Readonly<Record<string, Pace>>;
  /** Dollars, since it was changed after the run was planned. */
  readonly budget?: number;
  /** It goes on though it looks like costing more than its budget: said when it was resumed. */
  readonly overBudget?: true;
  /** Since when the target cannot be reached, and why; absent while it can. */
  readonly contactLost?: { readonly since: number; readonly why?: string };
  /** What the target said, newest last. */
  readonly notices?: readonly string[];
  /** What the job has found so far, as its workload folds it. */
  readonly results: R;
  readonly warnings: readonly string[];
  /** Highest event number seen of each container: a repeated event changes nothing. */
  readonly lastSeq: Readonly<Record<string, number>>;
  /** Numbered events that never came, and lines that broke the schema. */
  readonly missingEvents: number;
  readonly badEvents: number;
  /** The job's own word about its end, before the exit is known. */
  readonly jobResult?: { readonly seconds: number; readonly file?: string };
  readonly jobFailure?: Failure;
  readonly exit?: { readonly code: number | null; readonly signal: number | null; readonly lost: boolean; readonly failure?: Failure };
  /** The attempt's files are here, as far as they can be had. */
  readonly collected?: { readonly failure?: Failure };
  readonly stopReason?: string;
  readonly outcome?: Outcome;
  /** The contract's exit code, once ended. */
  readonly exitCode?: number;
  readonly failure?: Failure;
  /** Bytes of the job's event file that are in the journal. */
  readonly eventsOffset?: number;
  /** Number of the last journal line folded: a line seen twice changes nothing. */
  readonly lastLine?: number;
  /** Journal lines that a killed writer left torn, or that are damaged otherwise. */
  readonly tornLines?: number;
  /** The last line, when its number is ahead of where the journal is: the next one tells whether it counts. */
  readonly ahead?: JournalLine;
  /** A later version of this program wrote to the journal: what it meant is not known, so the state is none to go by. */
  readonly newerVersion?: number;
};

/** Milliseconds the job has run, all attempts together. `now`: unix milliseconds. */
export const ranFor = (state: RunState, now: number = Date.now()): number =>
  state.launchedAt === undefined ? state.ranBefore : state.ranBefore + Math.max(0, (state.endedAt ?? now) - state.launchedAt);
