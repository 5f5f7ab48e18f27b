/** A prediction's entry in the registry of screens: begun on the command line, so home does not have it. */
import { size } from '../../../src/text/format.ts';
import type { PredictResults } from '../../../src/workloads/predict/results.ts';
import type { PredictSpec } from '../../../src/workloads/predict/spec.ts';
import { carriedText, thresholdText, warningsOf } from '../../../src/workloads/predict/words.ts';
import { settingsRow } from '../prepare/review.ts';
import type { WorkloadScreens } from '../workload-screens.ts';
import { predictedLines } from './lines.ts';
import { PredictPage } from './page.tsx';
import { PredictResult } from './result.tsx';

export const predictScreens: WorkloadScreens<PredictSpec, PredictResults> = {
  kind: 'predict',
  starts: [],
  pages: { recordings: PredictPage },
  wizard: {
    first: 'recordings',
    load: async () => undefined,
    complete: answers => answers,
    remember: () => [],
  },
  review: {
    rows: (spec, more) => [
      ['what', spec.checkpoint.title, thresholdText(spec)],
      [
        'on',
        spec.recordings.length === 1 ? (spec.recordings[0]?.name ?? '') : `${spec.recordings.length} recordings`,
        size(spec.carried.bytes),
      ],
      settingsRow(spec.settings, more),
    ],
    leastRows: [],
    notes: spec => [carriedText(spec), ...warningsOf(spec)],
    isEdited: () => false,
  },
  middle: {
    views: ['recordings'],
    isEmpty: ({ results }) => results.predicted.length === 0,
    waiting: 'Recordings come here as they are predicted.',
    begun: () => '',
    lines: (run, _shown, _view, columns, height) => predictedLines(run, columns, height),
    next: () => ({ none: 'All recordings are shown.' }),
    bad: () => [],
  },
  Result: PredictResult,
};
