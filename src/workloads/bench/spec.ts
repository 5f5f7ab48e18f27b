/** What a benchmark's spec says beside what every spec does. */
import type { Spec } from '../../runs/spec.ts';
import type { SourceRef } from '../../user-code/source-ref.ts';

/** One implementation with one build, the search settings swept over that build, and the recalls that settings are found for. */
export type ImplementationPlan = {
  readonly name: string;
  readonly build: Readonly<Record<string, number | string>>;
  readonly search: readonly Readonly<Record<string, number | string>>[];
  /** Targets, ascending: the job finds the least effort that reaches each. Absent: none. */
  readonly atRecall?: readonly number[];
  /** Absent for a built-in one. */
  readonly source?: SourceRef;
};

export type BenchSpec = Spec & {
  readonly kind: 'bench';
  /** By how much the two rules of recall can differ at this k, by data set: where it was known and is more than 0.001. */
  readonly recallRules?: Readonly<Record<string, number>>;
  readonly implementations: readonly ImplementationPlan[];
  readonly k: number;
  /** Threads that search; building uses every core. */
  readonly threads: number;
  readonly subset: number | null;
  readonly repeats: number;
  readonly seed: number;
};

export const isBench = (spec: Spec): spec is BenchSpec => spec.kind === 'bench';

/** Points of one build on one dataset. */
export const pointsOfPlan = ({ search, atRecall = [] }: Pick<ImplementationPlan, 'search' | 'atRecall'>): number =>
  search.length + atRecall.length;

/** Points the whole run will have; recalls that turn out to be out of reach among them. */
export const plannedPoints = (spec: BenchSpec): number =>
  spec.datasets.length * spec.implementations.reduce((sum, plan) => sum + pointsOfPlan(plan), 0);

/** Recalls that settings are found for, ascending; empty for a sweep of settings. */
export const targetsOf = ({ implementations }: Pick<BenchSpec, 'implementations'>): readonly number[] =>
  [...new Set(implementations.flatMap(({ atRecall = [] }) => atRecall))].sort((a, b) => a - b);

const names = (named: readonly { readonly name: string }[]): string => [...new Set(named.map(({ name }) => name))].join(', ');

/** "hnsw, naive on quick"; an implementation built in several ways is named once. */
export const specTitle = (spec: BenchSpec): string => `${names(spec.implementations)} on ${names(spec.datasets)}`;
