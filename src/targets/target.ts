/** A target turns a frozen spec into a running job. It never prints and never writes the journal. */
import type { Failure } from '../errors/failure.ts';
import type { Handle, Observation } from '../runs/journal-entry.ts';
import type { Spec } from '../runs/spec.ts';
import type { ContainerState } from '../runs/state.ts';

export type Launched = { readonly handle: Handle };

/** `running`; or over, with the exit code or signal; `lost` when the job is gone and left no word. `at`: unix milliseconds of its end, if known. */
export type JobStatus =
  | { readonly state: 'running' }
  | {
      readonly state: 'exited';
      readonly code: number | null;
      readonly signal: number | null;
      readonly at?: number;
      /** Why, where the target knows better than an exit code. */
      readonly failure?: Failure;
    }
  | { readonly state: 'lost'; readonly at?: number; readonly failure?: Failure };

/** What an attempt may still cost, by what earlier ones and other runs were seen to. */
export type LaunchMoney = {
  /** Dollars of earlier attempts. */
  readonly spent: number;
  /** Dollars, when it was changed since the run was planned. */
  readonly budget?: number | undefined;
  /** Seconds that containers of this kind took to start. */
  readonly boots?: readonly number[];
  /** It goes on though it looks like costing more than its budget. */
  readonly overBudget?: boolean;
  /** Containers of earlier attempts, for whoever takes up the run on another machine. */
  readonly earlier?: readonly ContainerState[];
};

export type LaunchOptions = {
  readonly money?: LaunchMoney;
  /** Aborted when a person wants the run stopped before it began: whatever was begun is undone, then the signal's reason is thrown. */
  readonly signal?: AbortSignal;
  readonly onObservation?: (observation: Observation) => void;
};

/** Why a run cannot begin; `exitCode` is that of the contract, 1 where it is absent. */
export type Obstacle = Failure & { readonly exitCode?: number };

export type Target = {
  /** Milliseconds between asking a job to leave and ending it, where that takes other than the usual time. */
  readonly grace?: number;
  /** What stands in the way of a launch; undefined when nothing does. */
  check(spec: Spec): Promise<Obstacle | undefined>;
  /**
   * Starts attempt number `attempt` in the run's folder, or takes up the one that is there: asked again after a crash it never makes a
   * second job of one attempt. Throws a `UserError` that says why not; then that attempt will not start later either.
   */
  launch(spec: Spec, runDir: string, attempt: number, options?: LaunchOptions): Promise<Launched>;
  /** The attempt that a dead supervisor may have started before it could write it down. */
  find(runDir: string, attempt: number, options?: LaunchOptions): Promise<Launched | undefined>;
  /** Event lines written since `offset` bytes; whole lines only, perhaps not all of them. None: nothing more for now. */
  follow(runDir: string, offset: number): Promise<{ readonly lines: readonly string[]; readonly offset: number }>;
  /** What else was seen of the attempt since this was last asked. */
  observe?(runDir: string, attempt: number, handle: Handle): Promise<readonly Observation[]>;
  status(runDir: string, attempt: number, handle: Handle): Promise<JobStatus>;
  /** Asks the job to leave, for a reason of the journal's; `force` ends it. Harmless when it is already gone. False when it could not be told now. */
  stop(handle: Handle, force: boolean, reason?: string): Promise<boolean>;
  /** Tells a running job of another budget, in dollars; false when it could not be told now. */
  setBudget?(handle: Handle, dollars: number): Promise<boolean>;
  /**
   * Brings what an ended attempt left elsewhere into the run's folder. `later`: the way there is broken, to be asked again.
   * Throws a `UserError` when it cannot be had at all.
   */
  collect?(runDir: string, attempt: number, handle: Handle): Promise<'done' | 'later'>;
  /** Lets go of what it holds open; the job goes on. */
  close?(): Promise<void>;
};
