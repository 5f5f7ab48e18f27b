/** What a workload brings to the screens. The frame keeps the head, the cost and the log of a run; what stands between them is the workload's. */
import type { ComponentType } from 'react';
import type { Now } from '../../src/metering/plane-clock.ts';
import type { HardwareRow } from '../../src/prices/container-price.ts';
import type { Spec } from '../../src/runs/spec.ts';
import type { RunState } from '../../src/runs/state.ts';
import type { Services } from '../../src/services/services.ts';
import type { SharedChoices } from '../../src/workloads/shared-plan.ts';
import type { Answers } from '../app/answers.ts';
import type { StartCommand } from '../app/keymap.ts';
import type { Line } from '../app/text.ts';
import type { TableCell, TableColumn } from '../components/table/columns.ts';

/** A line of home that begins something. */
export type Start = {
  /** The command of home that it stands for. */
  readonly command: StartCommand;
  readonly key: string;
  readonly text: string;
  readonly about: string;
  /** The page that it opens. */
  readonly page: string;
};

/** A row of the review: its label, its value, and what may be said more. */
export type ReviewRow = readonly [label: string, value: string, more: string];

/** What stands in the middle of the monitor, above the log. Pure. `shown`: what a person chose to look at; undefined before. */
export type Middle<S extends Spec = Spec, R = unknown> = {
  /** What `p` goes round; the first is what stands there by itself. */
  readonly views: readonly string[];
  /** What stands there by itself instead, as things are now. */
  usual?(run: RunState<S, R>): string;
  /** There is more to see of it than fits above the log: `v` gives it the room of the log. */
  readonly grows?: boolean;
  /** Before there is anything to draw. */
  isEmpty(run: RunState<S, R>): boolean;
  /** What will come there, while it is empty. */
  readonly waiting: string;
  /** Work that is begun and not in the results yet: ", 3 begun"; else empty. */
  begun(run: RunState<S, R>): string;
  /** `now`: for what says how old something is, and what it has cost. */
  lines(run: RunState<S, R>, shown: string | undefined, view: string, columns: number, height: number, now: Now): readonly Line[];
  /** What can be shown next, or why nothing else can. */
  next(run: RunState<S, R>, shown: string | undefined): { readonly shown: string } | { readonly none: string };
  /** What went wrong with the person's own code, read whole; empty when nothing did. */
  bad(run: RunState<S, R>, columns: number): readonly Line[];
};

/** `run`: as it stands; read before the screen opens. */
export type ResultProps<S extends Spec = Spec, R = unknown> = { readonly state: RunState<S, R> };

/** The price table with the columns that matter to a workload. */
export type PriceView = {
  readonly columns: readonly TableColumn[];
  /** By the ids of the price list; without one: this machine. Rows of the list that are not here are not shown. */
  readonly rows: readonly { readonly id: string | undefined; readonly cells: readonly TableCell[] }[];
  /** The row to stand on where none was chosen: the one with the ★. */
  readonly recommended?: string;
  /** Below the table, a paragraph each, the first the most wanted. */
  readonly words: readonly string[];
  /** A page on which the rows can be measured first, and what it would cost: dollars. Absent where they cannot. */
  readonly measure?: { readonly kind: string; readonly page: string; readonly rows: number; readonly dollars: number };
};

/** `answered`: what the wizard had when it was opened from one of the steps that all share. */
export type PageProps = { readonly answered?: SharedChoices };

export type WorkloadScreens<S extends Spec = Spec, R = unknown> = {
  readonly kind: string;
  /** What a run of it does, for whoever has none yet: "measures …". Absent of one that another begins. */
  readonly lesson?: string;
  /** Empty of one that home does not begin. */
  readonly starts: readonly Start[];
  /** Screens of its own, by the names that routes have for them. */
  readonly pages: Readonly<Record<string, ComponentType<PageProps>>>;
  readonly wizard: {
    /** The page that asks first; the shared steps come after it. */
    readonly first: string;
    /** Reads what `complete` needs. */
    load(services: Services): Promise<unknown>;
    /** The answers with defaults where nothing was chosen. `remembered`: names of the last time. Pure. */
    complete(answers: Answers, remembered: readonly string[], loaded: unknown): Answers;
    /** Names to remember. */
    remember(answers: Answers): readonly string[];
  };
  /** Absent: the price table is as it is. `rows`: of the price list. */
  prices?(services: Services, spec: S, rows: readonly HardwareRow[], choices: SharedChoices): Promise<PriceView>;
  readonly review: {
    /** `more`: with what may be said beside the values. The row of the data is labelled "on". */
    rows(spec: S, more: boolean): readonly ReviewRow[];
    /** Labels of the rows that go first where there is no room. */
    readonly leastRows: readonly string[];
    /** What is known of the data that matters to the result. */
    notes(spec: S): readonly string[];
    /** Files of a person's own are in it, which are edited while the review stands. */
    isEdited(spec: S): boolean;
  };
  readonly middle: Middle<S, R>;
  readonly Result: ComponentType<ResultProps<S, R>>;
  /** Absent where there is nothing to compare. */
  readonly compare?: {
    /** Several runs, or the parts of one. */
    readonly Page: ComponentType<{ readonly runs: readonly string[] }>;
    /** Which other run. */
    readonly With: ComponentType<{ readonly run: string }>;
    /** Whether a run has something to compare within itself. */
    isComparable(runs: readonly RunState<S, R>[]): boolean;
  };
};
