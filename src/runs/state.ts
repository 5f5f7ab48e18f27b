/** What the fold over a journal yields. Plain JSON: `state.json` is a snapshot of it. Screens and `--json` read only this. */
import type { Machine, Point, ProgressEvent } from '../events/event.ts';
import type { Identity } from '../process/identity.ts';
import type { Failure, Outcome } from './journal-entry.ts';
import type { Spec } from './spec.ts';

export type PhaseState = {
  readonly name: string;
  readonly label?: string;
  /** Unix milliseconds by the job's clock. */
  readonly startedAt: number;
  /** Absent while it runs. */
  readonly seconds?: number;
};

export type Status = 'created' | 'launching' | 'running' | 'stopping' | 'ended';

export type RunState = {
  readonly run: string;
  readonly spec: Spec;
  readonly status: Status;
  readonly attempt: number;
  readonly createdAt: number;
  /** Unix milliseconds of the current attempt's launch. */
  readonly launchedAt?: number;
  readonly endedAt?: number;
  /** Milliseconds the job ran in attempts that are over. */
  readonly ranBefore: number;
  readonly handle?: Identity;
  readonly machine?: Machine;
  readonly phases: readonly PhaseState[];
  readonly progress?: ProgressEvent;
  readonly points: readonly Point[];
  readonly warnings: readonly string[];
  /** Highest event number seen of each container: a repeated event changes nothing. */
  readonly lastSeq: Readonly<Record<string, number>>;
  /** Numbered events that never came, and lines that broke the schema. */
  readonly missingEvents: number;
  readonly badEvents: number;
  /** The job's own word about its end, before the exit is known. */
  readonly jobResult?: { readonly seconds: number; readonly file?: string };
  readonly jobFailure?: Failure;
  readonly exit?: { readonly code: number | null; readonly signal: number | null; readonly lost: boolean };
  readonly stopReason?: string;
  readonly outcome?: Outcome;
  /** The contract's exit code, once ended. */
  readonly exitCode?: number;
  readonly failure?: Failure;
};
