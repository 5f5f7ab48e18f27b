/** A benchmark's entry in the registry of screens. */

import { isComparable } from '../../../src/workloads/bench/compare/compare.ts';
import { planNotes } from '../../../src/workloads/bench/compare/recall-rule.ts';
import type { BenchResults } from '../../../src/workloads/bench/results.ts';
import type { BenchSpec } from '../../../src/workloads/bench/spec.ts';
import type { WorkloadScreens } from '../workload-screens.ts';
import { type BenchAnswers, completeAnswers } from './answers.ts';
import { choosable } from './choosable.ts';
import { Compare } from './compare.tsx';
import { CompareWith } from './compare-with.tsx';
import { benchMiddle } from './middle.ts';
import { BenchResult } from './result.tsx';
import { reviewRows } from './review.ts';
import { Own } from './user-code.tsx';
import { What } from './what.tsx';

export const benchScreens: WorkloadScreens<BenchSpec, BenchResults> = {
  kind: 'bench',
  lesson: 'benchmarks nearest-neighbour search',
  starts: [
    { command: 'benchmark', key: 'b', text: 'Benchmark an ANN implementation', about: 'recall against speed; free here', page: 'what' },
    { command: 'own', key: 'n', text: 'Write your own (one C++ file)', about: 'beside qg, hnsw, naive at once', page: 'own' },
  ],
  pages: { what: What, own: Own },
  wizard: {
    first: 'what',
    load: choosable,
    complete: completeAnswers,
    remember: answers => (answers as BenchAnswers).implementations ?? [],
  },
  review: {
    rows: reviewRows,
    leastRows: ['points'],
    notes: planNotes,
    isEdited: ({ implementations }) => implementations.some(({ source }) => source !== undefined),
  },
  middle: benchMiddle,
  Result: BenchResult,
  compare: { Page: Compare, With: CompareWith, isComparable },
};
