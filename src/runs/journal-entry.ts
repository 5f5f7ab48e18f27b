/** The lines of a run's journal (`journal.ndjson`). The run's supervisor is the only writer after `created`. */
import type { JobEvent } from '../events/event.ts';
import type { Identity } from '../process/identity.ts';
import type { Spec } from './spec.ts';

export const journalVersion = 1;

/** How a run can end. */
export type Outcome = 'done' | 'failed' | 'stopped' | 'budget' | 'lost';

/** What happened, why, what was kept, what to type: the four lines of every error shown to a person. */
export type Failure = {
  readonly what: string;
  readonly why: string;
  readonly kept?: string;
  readonly hint?: string;
};

export type JournalEntry =
  | { readonly kind: 'created'; readonly run: string; readonly spec: Spec }
  /** A supervisor took over; `recovered` when it found an earlier one dead. */
  | { readonly kind: 'supervised'; readonly by: Identity; readonly recovered: boolean }
  /** Written before the target is asked: after a crash here the target is searched for this attempt. */
  | { readonly kind: 'launching'; readonly attempt: number }
  | { readonly kind: 'launched'; readonly attempt: number; readonly handle: Identity }
  /** `next`: where in the job's event file the following line begins, so that a new supervisor goes on exactly there. */
  | { readonly kind: 'event'; readonly attempt: number; readonly event: JobEvent; readonly next?: number }
  /** A job line that claims to be an event and breaks the schema at `field`. */
  | { readonly kind: 'bad_event'; readonly attempt: number; readonly field: string; readonly next?: number }
  | { readonly kind: 'stop_requested'; readonly reason: string }
  | {
      readonly kind: 'exited';
      readonly attempt: number;
      readonly code: number | null;
      readonly signal: number | null;
      readonly lost: boolean;
      /** Unix milliseconds when the job was over, where that is known better than by the time of this line. */
      readonly jobAt?: number;
    }
  | { readonly kind: 'ended'; readonly outcome: Outcome; readonly exitCode: number; readonly failure?: Failure }
  | { readonly kind: 'resumed'; readonly attempt: number };

/** As it stands on disk: schema version, number counting from 1, unix milliseconds. */
export type JournalLine = { readonly v: number; readonly n: number; readonly at: number } & JournalEntry;
