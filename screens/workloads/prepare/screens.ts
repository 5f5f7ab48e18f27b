/** A prepare's entry in the registry of screens. */
import type { PrepareResults } from '../../../src/workloads/prepare/results.ts';
import type { PrepareSpec } from '../../../src/workloads/prepare/spec.ts';
import type { WorkloadScreens } from '../workload-screens.ts';
import { completeSettings, loadUsual, rememberedOf } from './answers.ts';
import { PreparePage } from './page.tsx';
import { PrepareResult } from './result.tsx';
import { reviewRows } from './review.ts';
import { prepareLines } from './split-rows.ts';

export const prepareScreens: WorkloadScreens<PrepareSpec, PrepareResults> = {
  kind: 'prepare',
  lesson: 'prepares recordings for them',
  starts: [{ command: 'prepare', key: 'p', text: 'Prepare EEG recordings', about: 'filtered, scaled; free here', page: 'prepare' }],
  pages: { prepare: PreparePage },
  wizard: {
    first: 'prepare',
    load: loadUsual,
    complete: completeSettings,
    remember: rememberedOf,
  },
  review: {
    rows: reviewRows,
    leastRows: ['splits'],
    notes: () => [],
    isEdited: () => false,
  },
  middle: {
    views: ['splits'],
    isEmpty: ({ results }) => results.prepared.length === 0,
    waiting: 'Recordings come here as they are prepared.',
    begun: () => '',
    lines: (run, _shown, _view, columns, height) => prepareLines(run, columns, height),
    next: () => ({ none: 'All splits are shown.' }),
    bad: () => [],
  },
  Result: PrepareResult,
};
