/** The lines of a run's journal (`journal.ndjson`). The run's supervisor is the only writer after `created`. */

import type { Failure } from '../errors/failure.ts';
import type { JobEvent } from '../events/event.ts';
import type { Identity } from '../process/identity.ts';
import type { Spec } from './spec.ts';

export const journalVersion = 1;

/** How a run can end. */
export type Outcome = 'done' | 'failed' | 'stopped' | 'budget' | 'lost';
/** A call on Modal. */
export type ModalHandle = {
  readonly app: string;
  readonly call: string;
  /** The name it goes by in the control Dict and on the results volume. */
  readonly run: string;
};

/** What a launched attempt is known by: a process of this machine, or a call on Modal. */
export type Handle = Identity | ModalHandle;

export const isModalHandle = (handle: Handle): handle is ModalHandle => 'call' in handle;

/** What the target says of an attempt, beside the job's own events. Times are unix milliseconds by the control plane's clock. */
export type Observation =
  /** Something that takes its time before or after the job: "image", "queue", "start", "collect". */
  | {
      readonly kind: 'stage';
      readonly stage: string;
      readonly state: 'start' | 'done';
      readonly label?: string;
      readonly at: number;
      readonly seconds?: number;
    }
  /** A container, by its id; a later word adds to an earlier one. */
  | {
      readonly kind: 'container';
      readonly task: string;
      readonly role?: string;
      readonly machine?: string;
      readonly after?: string;
      /** As its events call it: "w1". */
      readonly name?: string;
      readonly queuedAt?: number;
      /** A machine was found for it: from here on it is billed. */
      readonly assignedAt?: number;
      /** The job could begin in it: after its start-up. */
      readonly startedAt?: number;
      readonly finishedAt?: number;
    }
  /** The control plane's clock, held against the time since this machine started (`PlaneClock`). */
  | { readonly kind: 'clock'; readonly plane: number; readonly uptime: number; readonly boot: string }
  /** The way to the target is broken, or whole again; the run does not notice. */
  | { readonly kind: 'contact'; readonly lost: boolean; readonly why?: string }
  /** A line that is neither log nor event: a preemption, say. */
  | { readonly kind: 'notice'; readonly text: string };

export type JournalEntry =
  | { readonly kind: 'created'; readonly run: string; readonly spec: Spec }
  /** A supervisor took over; `recovered` when it found an earlier one dead. */
  | { readonly kind: 'supervised'; readonly by: Identity; readonly recovered: boolean }
  /** Written before the target is asked: after a crash here the target is searched for this attempt. */
  | { readonly kind: 'launching'; readonly attempt: number }
  | { readonly kind: 'launched'; readonly attempt: number; readonly handle: Handle }
  /** `next`: where in the job's event file the following line begins, so that a new supervisor goes on exactly there. */
  | { readonly kind: 'event'; readonly attempt: number; readonly event: JobEvent; readonly next?: number }
  /** A job line that claims to be an event and breaks the schema at `field`. */
  | { readonly kind: 'bad_event'; readonly attempt: number; readonly field: string; readonly next?: number }
  | { readonly kind: 'observed'; readonly attempt: number; readonly observation: Observation }
  | { readonly kind: 'stop_requested'; readonly reason: string }
  /** Dollars: the budget in force from now on, in this attempt and later ones. */
  | { readonly kind: 'budget_set'; readonly dollars: number }
  | {
      readonly kind: 'exited';
      readonly attempt: number;
      readonly code: number | null;
      readonly signal: number | null;
      readonly lost: boolean;
      /** Unix milliseconds when the job was over, where that is known better than by the time of this line. */
      readonly jobAt?: number;
      /** Why, where the target knows better than an exit code. */
      readonly failure?: Failure;
    }
  /** Whatever the attempt left elsewhere is in the run's folder now, or `failure` says why it is not. */
  | { readonly kind: 'collected'; readonly attempt: number; readonly failure?: Failure }
  | { readonly kind: 'ended'; readonly outcome: Outcome; readonly exitCode: number; readonly failure?: Failure }
  /** `overBudget`: from now on it goes on though it looks like costing more than its budget. */
  | { readonly kind: 'resumed'; readonly attempt: number; readonly overBudget?: true };

/** As it stands on disk: schema version, number counting from 1, unix milliseconds. */
export type JournalLine = { readonly v: number; readonly n: number; readonly at: number } & JournalEntry;
