/** `export tensorboard` and `export wandb`. */
import path from 'node:path';
import { resolveWith } from '../../../../cli/latest.ts';
import { said } from '../../../../cli/run-options.ts';
import { exitCodes, usageError } from '../../../../errors/errors.ts';
import type { RunState } from '../../../../runs/state.ts';
import { openRun } from '../../../../runs/store.ts';
import { trainingEnvironment } from '../../../../setup/training/status.ts';
import { counted } from '../../../../text/format.ts';
import { quoted } from '../../../../text/shell-word.ts';
import { isTrainRun } from '../../spec.ts';
import type { ExportRequest } from './format.ts';
import { type Curves, type Tracker, writeCurves } from './tracker.ts';

/** What to type to see them, in the environment that has the program. */
const seen = (tracker: Tracker, python: string, out: string): string =>
  tracker === 'tensorboard'
    ? `to look: ${quoted(python)} -m tensorboard.main --logdir ${quoted(out)}`
    : `nothing was sent; to send them: ${quoted(python)} -m wandb sync ${quoted(path.join(out, 'wandb'))}/offline-run-*`;

const told = ({ seeds, steps }: Curves): string => `${counted(seeds.length, 'seed')}, to step ${Math.max(...steps)}`;

const hasCurves = (run: RunState): boolean => isTrainRun(run) && run.spec.check !== true && run.results.series.length > 0;

export const exportCurves =
  (tracker: Tracker) =>
  async ({ word, out, invocation, context }: ExportRequest): Promise<number> => {
    const run = resolveWith(word, 'curves', hasCurves, context);
    const reader = openRun(run);
    const state = reader.refresh();
    if (!isTrainRun(state)) throw usageError(`${run} is no training`, 'only a training has curves', 'ann-tui runs');
    const environment = trainingEnvironment();
    const folder = path.resolve(out ?? `${run}-${tracker}`);
    const online = invocation.flag('online');
    const curves = await writeCurves({
      tracker,
      environment,
      run,
      job: reader.files.job,
      synthetic: state.spec.data.some(({ synthetic }) => synthetic),
      out: folder,
      ...said({ project: invocation.text('project'), entity: invocation.text('entity') }),
      online,
      signal: context.io.signal,
    });
    const where = online ? curves.written.join(', ') : folder;
    context.out.line(`Curves of ${run} (${told(curves)}) are in ${where}`);
    if (!online) context.out.line(`  ${seen(tracker, environment.python, folder)}`);
    context.out.record({ type: 'exported', run, format: tracker, ...curves });
    return exitCodes.done;
  };
