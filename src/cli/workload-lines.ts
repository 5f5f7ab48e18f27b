/** What a workload says of its runs in plain lines and records: its half of every command that tells of runs. */

import type { OnDisk } from '../datasets/catalogue.ts';
import type { Moment } from '../metering/plane-clock.ts';
import type { Spec } from '../runs/spec.ts';
import type { RunState } from '../runs/state.ts';
import type { WrittenReport } from '../workloads/written-report.ts';
import type { Run } from './command.ts';

/** The machine that a run of here works on. */
export type Machine = { readonly cores: number; readonly cpu: string };

export type WorkloadLines<S extends Spec = Spec, R = unknown> = {
  readonly kind: string;
  /** The plan in short, behind title and size: "k 10 · 1 of 2 cores search (EPYC)". `machine`: absent where it runs elsewhere. */
  planned(spec: S, machine: Machine | undefined): string;
  /** What a person should know before it starts. */
  planNotes(spec: S): readonly string[];
  /** What is to be known of a dataset that is here. */
  datasetNotes(name: string, here: OnDisk): readonly string[];
  /** What the run was asked for, for `show`. */
  asked(spec: S): string;
  /** A line for each result that was not there `before`; undefined: before there was any. */
  news(run: RunState<S, R>, before: RunState<S, R> | undefined): readonly string[];
  /** What the line of progress says beside how far it is; empty where nothing is to be said. */
  progress?(run: RunState<S, R>, now: number | Moment): string;
  /** What its money bought: a line below its cost, empty where nothing is to be said, and fields of the cost record. */
  bought?(run: RunState<S, R>, now: number | Moment): { readonly line: string; readonly record: Readonly<Record<string, unknown>> };
  /** The results as a table; empty before there are any. */
  table(run: RunState<S, R>): readonly string[];
  /** What to know about the table. */
  tableNotes(run: RunState<S, R>): readonly string[];
  /** What went wrong in the person's own code. */
  bad(run: RunState<S, R>): readonly string[];
  /** What `results` says below its table: a paragraph each. */
  report(run: RunState<S, R>): readonly (readonly string[])[];
  /** What is done next with a run that is done, as a command. */
  next(run: RunState<S, R>): string;
  /** Its fields of the result record. */
  record(run: RunState<S, R>): Readonly<Record<string, unknown>>;
  /** The column that a list of runs has for its best result. */
  readonly bestHead: string;
  best(run: RunState<S, R>): string;
  /** What `compare` does with its runs; absent where there is nothing to compare. */
  readonly compare?: () => Promise<{ readonly run: Run }>;
  /** Kinds of runs that its own can be compared with beside each other: it does that, whichever was named first. */
  readonly comparesWith?: readonly string[];
  /** Whether a run has something to be written as a report, or to be compared. Absent: as soon as it has a result. */
  has?(what: 'report' | 'comparison', run: RunState<S, R>): boolean;
  /** Of files of a run that were fetched into a folder: what, relative to it, is not what was written. Absent where nothing vouches for them. */
  unsound?(folder: string): Promise<readonly string[]>;
  /** What `results --get` calls the result record. */
  readonly recordFile: string;
  /** Writes its report for a browser: to a file, into a folder, or without either into this one. Absent where there is none. */
  writeReport?(run: string, to: string | undefined): Promise<WrittenReport>;
  /** Likewise of several runs of it in one file; absent where each has its own. */
  writeReportOf?(runs: readonly string[], to: string | undefined): Promise<WrittenReport>;
};
