/** What the screens of an evaluation ask for beside what every workload does: its files. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../../errors/errors.ts';
import { runFiles } from '../../runs/files.ts';
import { shownPath } from '../../util/paths.ts';
import type { WrittenReport } from '../written-report.ts';
import type { PairedRuns } from './paired.ts';
import type { Trace } from './trace-signal.ts';

export type EvaluateService = {
  /** `file`: as a `TraceRef` has it. Throws `UserError`. */
  trace(run: string, file: string): Promise<Trace>;
  /** The folder of a detector's predictions, as it is shown. Throws `UserError` where it is not here. */
  predictions(run: string, dataset: string, detector: string): Promise<string>;
  /** Two runs patient by patient, trainings too, where both were scored on the same recordings; seconds. Throws `UserError` where they cannot be. */
  paired(one: string, other: string, signal: AbortSignal): Promise<readonly PairedRuns[]>;
  /** Writes the report into this folder, over an older one of the same run. Throws `UserError`. */
  report(run: string): Promise<WrittenReport>;
};

export const createEvaluateService = (): EvaluateService => ({
  trace: async (run, file) => {
    const { traceIn } = await import('./trace-files.ts');
    return traceIn(runFiles(run).job, file);
  },
  predictions: async (run, dataset, detector) => {
    const all = path.resolve(runFiles(run).job, 'predictions');
    const own = path.resolve(all, dataset, detector);
    // Names are the job's: they lead nowhere else.
    const folder = own.startsWith(`${all}${path.sep}`) && existsSync(own) ? own : all;
    if (!existsSync(folder))
      throw new UserError({
        what: 'No predictions are here',
        why: `there is no folder ${shownPath(folder)}`,
        hint: `ann-tui results ${run} --get ${run}`,
      });
    return shownPath(folder);
  },
  paired: async (one, other, signal) => {
    const [{ pairedRuns }, { environment }] = await Promise.all([import('./paired.ts'), import('../../setup/python-env.ts')]);
    return await pairedRuns({ python: environment().python, one, other, signal });
  },
  report: async run => {
    const { writeReport } = await import('./report/write.ts');
    return writeReport(run);
  },
});
