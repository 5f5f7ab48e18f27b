/** A target turns a frozen spec into a running job. It never prints and never writes the journal. */
import type { Identity } from '../process/identity.ts';
import type { Failure } from '../runs/journal-entry.ts';
import type { Spec } from '../runs/spec.ts';

export type Launched = { readonly handle: Identity };

/** `running`; or over, with the exit code or signal; `lost` when the job is gone and left no word. `at`: unix milliseconds of its end, if known. */
export type JobStatus =
  | { readonly state: 'running' }
  | { readonly state: 'exited'; readonly code: number | null; readonly signal: number | null; readonly at?: number }
  | { readonly state: 'lost'; readonly at?: number };

export type Target = {
  /** What stands in the way of a launch; undefined when nothing does. */
  check(spec: Spec): Promise<Failure | undefined>;
  /**
   * Starts attempt number `attempt` in the run's folder, or takes up the one that is there: asked again after a crash it never makes a
   * second job of one attempt. Throws a `UserError` that says why not; then that attempt will not start later either.
   */
  launch(spec: Spec, runDir: string, attempt: number): Promise<Launched>;
  /** The attempt that a dead supervisor may have started before it could write it down. */
  find(runDir: string, attempt: number): Promise<Launched | undefined>;
  /** Event lines written since `offset` bytes; whole lines only, perhaps not all of them. None: nothing more for now. */
  follow(runDir: string, offset: number): Promise<{ readonly lines: readonly string[]; readonly offset: number }>;
  status(runDir: string, attempt: number, handle: Identity): Promise<JobStatus>;
  /** Asks the job to leave; `force` ends it. Harmless when it is already gone. */
  stop(handle: Identity, force: boolean): Promise<void>;
};
