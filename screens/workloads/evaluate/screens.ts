/** An evaluation's entry in the registry of screens. */
import { count } from '../../../src/text/format.ts';
import { dataNotes } from '../../../src/workloads/evaluate/data-notes.ts';
import type { EvaluateResults } from '../../../src/workloads/evaluate/results.ts';
import type { EvaluateSpec } from '../../../src/workloads/evaluate/spec.ts';
import { loadUsual, rememberedOf } from '../prepare/answers.ts';
import { dataRows, settingsRow } from '../prepare/review.ts';
import type { WorkloadScreens } from '../workload-screens.ts';
import { completeEvaluation } from './answers.ts';
import { CompareEvaluations } from './compare.tsx';
import { CompareEvaluationWith } from './compare-with.tsx';
import { evaluateMiddle } from './middle.ts';
import { EvaluatePage } from './page.tsx';
import { EvaluateResult } from './result.tsx';

export const evaluateScreens: WorkloadScreens<EvaluateSpec, EvaluateResults> = {
  kind: 'evaluate',
  lesson: 'scores seizure detectors on EEG',
  starts: [
    { command: 'evaluate', key: 'e', text: 'Evaluate seizure detectors', about: 'EEG, by SzCORE’s rules; free here', page: 'evaluate' },
  ],
  pages: { evaluate: EvaluatePage },
  wizard: {
    first: 'evaluate',
    load: loadUsual,
    complete: completeEvaluation,
    remember: rememberedOf,
  },
  review: {
    rows: ({ checkpoint, checkpoints = [], data, settings, draws }, more) => [
      checkpoints.length === 0
        ? ['what', checkpoint, more ? 'all detectors that need no training' : '']
        : ['what', checkpoints.map(({ title }) => title).join(', '), more ? 'and the detectors that need no training' : ''],
      ...dataRows(data, more),
      settingsRow(settings, more),
      ['intervals', '95 %', more ? `of ${count(draws)} draws of patients` : ''],
    ],
    leastRows: ['intervals', 'splits'],
    notes: ({ data }) => dataNotes(data),
    isEdited: () => false,
  },
  middle: evaluateMiddle,
  Result: EvaluateResult,
  // One run has nothing to compare within itself: its detectors stand in one table as they are.
  compare: { Page: CompareEvaluations, With: CompareEvaluationWith, isComparable: () => false },
};
