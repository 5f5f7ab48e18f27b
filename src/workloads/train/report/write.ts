/** Writes a training's report: its evaluation's, with curves, seeds and config. */

import { readMoment } from '../../../process/moment.ts';
import { writeReport } from '../../evaluate/report/write.ts';
import type { WrittenReport } from '../../written-report.ts';
import { asEvaluation } from '../as-evaluation.ts';
import type { TrainRun } from '../spec.ts';
import { curvesPart, settingsPart } from './parts.ts';

/** `to`: as `writeReport` has it. Throws `UserError`. */
export const writeTrainReport = (run: string, to?: string): WrittenReport =>
  writeReport(run, to, state => {
    const training = state as TrainRun;
    const { results } = training;
    return {
      state: asEvaluation(training),
      ...(results.series.length > 0 && {
        own: { first: curvesPart(training), last: settingsPart(training, readMoment()) },
      }),
    };
  });
