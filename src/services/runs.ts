/** Runs: watched, read, begun, ended. */
import { setFlagsFromString } from 'node:v8';
import { exitCodes, UserError } from '../errors/errors.ts';
import { createLogView, type LogView } from '../logs/log-view.ts';
import { dashboard } from '../process/browser.ts';
import { type LogSource, logFile, logSources, runFiles } from '../runs/files.ts';
import { requireRoom } from '../runs/room.ts';
import type { Spec } from '../runs/spec.ts';
import { launchRun, resumeRun, setBudget, stopRun } from '../runs/start-supervisor.ts';
import type { RunState } from '../runs/state.ts';
import { type Listed, removeRun, runBytes, type UnreadableRun } from '../runs/store.ts';
import { watchRun, watchRuns } from '../runs/watch.ts';
import { paths } from '../util/paths.ts';
import { obstacleOf } from './target-of.ts';

export type Unsubscribe = () => void;

export type RunService = {
  /** Runs as they stand, newest first, and those that cannot be read; called again when anything changed. */
  watchAll(onChange: (runs: readonly RunState[], unreadable: readonly UnreadableRun[]) => void): Unsubscribe;
  /** One run, followed closely. */
  watch(run: string, onChange: (state: RunState) => void): Unsubscribe;
  /** `source`: id of a `LogSource`; by default the run's whole log. */
  openLog(run: string, source?: string): LogView;
  /** The texts that this run has by now; one on this machine. */
  logSources(run: string): readonly LogSource[];
  /** The run's page at Modal; undefined on this machine or before it has one. */
  dashboard(state: RunState): string | undefined;
  /** Returns the run's name. Throws `UserError` where it cannot begin. */
  launch(spec: Spec): Promise<string>;
  stop(run: string): Promise<void>;
  /** `budget`: dollars, when it is another from now on. */
  resume(run: string, budget?: number): Promise<void>;
  /** Another budget (dollars) for a run on Modal that goes on; throws `UserError` when it cannot be had any more. */
  setBudget(run: string, dollars: number): Promise<void>;
  remove(run: string): Promise<void>;
  /** Bytes that the run takes on this disk. */
  bytes(run: string): Promise<number>;
};

/**
 * Looking at thousands of runs again and again leaves much behind. A nursery of 4 MB is cleared more often than V8's own of 16, which keeps the program
 * below 100 MB. Set once the first frame is there: V8 takes no prepared code once a flag was changed, and starts slower.
 */
const clearSooner = (): void => {
  for (const flag of ['--max-semi-space-size=4', '--semi-space-growth-factor=1']) setFlagsFromString(flag);
};

/** `list`: shared with whoever else lists, as there may be thousands. */
export const createRunService = (list: () => Listed): RunService => ({
  watchAll: onChange => {
    clearSooner();
    return watchRuns(onChange, list);
  },
  watch: watchRun,
  openLog: (run, source) => createLogView(logFile(runFiles(run), source)),
  logSources: run => logSources(runFiles(run)),
  dashboard,
  launch: async spec => {
    requireRoom(paths().runs);
    const obstacle = await obstacleOf(spec);
    if (obstacle !== undefined) throw new UserError(obstacle, spec.target === 'modal' ? exitCodes.refused : exitCodes.failed);
    return launchRun(spec);
  },
  stop: async run => {
    stopRun(run);
  },
  resume: async (run, budget) => resumeRun(run, { budget }),
  setBudget: async (run, dollars) => setBudget(run, dollars),
  remove: async run => removeRun(run),
  bytes: async run => runBytes(run),
});
