import { listOf, number } from '../../../../config/schema.ts';
import { changed, ignored, kept, where } from '../field.ts';

const rates: readonly number[] = [10, 5, 2.5, 1];

export const evaluationFields = [
  changed({
    field: 'evaluation.metrics',
    why:
      'every evaluation has AUROC, F1, sensitivity, precision and false alarms a day, by SzCORE’s rules on whole recordings. ' +
      'What was called TAES there flattened windows that overlap, and was not NEDC’s',
  }),
  kept({
    field: 'evaluation.fa_rates',
    why: 'sensitivity at 10, 5, 2.5 and 1 false alarms in 24 hours is always told',
    refused: 'any other rate',
    read: where(
      listOf(number()),
      asked => asked.every(rate => rates.includes(rate)),
      'sensitivity is told at 10, 5, 2.5 and 1 false alarms in 24 hours',
      'write some of these',
    ),
  }),
  ignored({ field: 'evaluation.save_predictions', dead: true, why: 'a run always keeps them: ann-tui results RUN --get DIR' }),
  ignored({ field: 'evaluation.save_plots', dead: true, why: 'ann-tui report RUN draws them when they are wanted' }),
];
