/** What a benchmark's spec says beside what every spec does. */
import type { Spec } from '../../runs/spec.ts';
import type { SourceRef } from '../../user-code/source-ref.ts';

/** One implementation with one build and the search settings swept over that build. */
export type ImplementationPlan = {
  readonly name: string;
  readonly build: Readonly<Record<string, number | string>>;
  readonly search: readonly Readonly<Record<string, number | string>>[];
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

/** Points the whole sweep will have. */
export const plannedPoints = (spec: BenchSpec): number =>
  spec.datasets.length * spec.implementations.reduce((sum, { search }) => sum + search.length, 0);

const names = (named: readonly { readonly name: string }[]): string => [...new Set(named.map(({ name }) => name))].join(', ');

/** "hnsw, naive on quick"; an implementation built in several ways is named once. */
export const specTitle = (spec: BenchSpec): string => `${names(spec.implementations)} on ${names(spec.datasets)}`;
