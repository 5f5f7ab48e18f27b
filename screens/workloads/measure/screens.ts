/** A measurement's entry in the registry of screens: begun from the price table of a training, so home does not have it. */
import { count } from '../../../src/text/format.ts';
import type { MeasureResults } from '../../../src/workloads/measure/results.ts';
import type { MeasureSpec } from '../../../src/workloads/measure/spec.ts';
import { windowsOfStep } from '../../../src/workloads/train/cost.ts';
import { settingsRow } from '../prepare/review.ts';
import type { WorkloadScreens } from '../workload-screens.ts';
import { MeasurePage } from './page.tsx';
import { MeasureResult } from './result.tsx';
import { measuredLines } from './table.ts';

export const measureScreens: WorkloadScreens<MeasureSpec, MeasureResults> = {
  kind: 'measure',
  starts: [],
  pages: { gpus: MeasurePage },
  wizard: {
    first: 'gpus',
    load: async () => undefined,
    complete: answers => answers,
    remember: () => [],
  },
  review: {
    rows: ({ preset, config, machines, seconds, settings }, more) => [
      ['what', config.model.name, preset],
      ['GPUs', machines.map(({ gpu }) => gpu).join(', '), more ? `${seconds} s on each` : ''],
      ['windows', `${count(windowsOfStep(config))} × ${config.windows.seconds} s a step`, more ? 'made in memory' : ''],
      settingsRow(settings, more),
    ],
    leastRows: ['windows'],
    notes: () => [],
    isEdited: ({ source }) => source !== null,
  },
  middle: {
    views: ['GPUs'],
    isEmpty: () => false,
    waiting: '',
    begun: () => '',
    lines: (run, _shown, _view, columns, height) => measuredLines(run, columns, height),
    next: () => ({ none: 'All GPUs are shown.' }),
    bad: () => [],
  },
  Result: MeasureResult,
};
