/** `train --measure`: trains for a minute, stops with what it learnt, and tells what all of it would take here and on every GPU. */
import type { Context } from '../../../cli/command.ts';
import { whileThere } from '../../../cli/finish.ts';
import { followRun } from '../../../cli/follow.ts';
import { failureLines } from '../../../cli/text/print-error.ts';
import { exitCodes } from '../../../errors/errors.ts';
import { stopRun } from '../../../runs/start-supervisor.ts';
import type { RunState } from '../../../runs/state.ts';
import { listRuns } from '../../../runs/store.ts';
import type { Services } from '../../../services/services.ts';
import { forecastHere } from '../forecast-here.ts';
import { seriesOf } from '../results.ts';
import { isTrainRun, type TrainSpec } from '../spec.ts';
import { forecastLines, forecastRecord } from './forecast-lines.ts';

/** Seconds after the first word about speed: by then nothing warms up any more, and a busy moment is one of many. */
const measuredFor = 60;

/** Whether it has told its speed for long enough. */
const createEnough = (): ((state: RunState) => boolean) => {
  let first: number | undefined;
  return state => {
    if (!isTrainRun(state)) return false;
    if (first === undefined && state.spec.seeds.some(seed => seriesOf(state.results, seed, 'windows_per_s') !== undefined))
      first = performance.now();
    return first !== undefined && performance.now() - first >= measuredFor * 1000;
  };
};

export const printForecast = async (spec: TrainSpec, services: Services, { out }: Context): Promise<void> => {
  const rows = forecastHere(spec, (await services.plans.prices()).rows, listRuns());
  out.line();
  for (const line of forecastLines(rows, services.host.machine().cores)) out.line(line);
  out.record({ type: 'forecast', rows: forecastRecord(rows) });
};

/** What is done with the run once it is launched. */
export const measureRun =
  (services: Services) =>
  (run: string, context: Context): Promise<number> =>
    whileThere(run, context, async () => {
      const { out } = context;
      const seen = await followRun(run, context, { until: createEnough() });
      if (seen.status !== 'ended') stopRun(run, { enough: true });
      const state = seen.status === 'ended' ? seen : await followRun(run, context, { fromNow: true });
      if (state.outcome === 'failed' || state.outcome === 'lost') {
        if (state.failure !== undefined) for (const line of failureLines(state.failure)) out.note(line);
        return state.exitCode ?? exitCodes.failed;
      }
      await printForecast(state.spec as TrainSpec, services, context);
      out.line();
      out.line(
        state.outcome === 'done' ? `It is done: ann-tui results ${run}` : `What it learnt is kept, and it goes on: ann-tui resume ${run}`,
      );
      return exitCodes.done;
    });
