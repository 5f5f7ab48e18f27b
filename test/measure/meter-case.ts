/** A run whose meter is held against its bill, or whose bill is held against its budget: what they share. */
import type { RunState } from '../../src/runs/state.ts';
import { isTrainRun } from '../../src/workloads/train/spec.ts';
import { pointsOf } from '../support/bench-run.ts';
import type { StandIn } from '../support/stand-in.ts';
import { until } from '../support/until.ts';
import type { CloudRun, CloudRunOptions } from './cloud-run.ts';

/** One run that ends by itself, or is ended. */
export type Case = CloudRunOptions & {
  readonly what: string;
  readonly before?: (standIn: StandIn) => Promise<unknown>;
  readonly meanwhile?: (run: CloudRun, standIn: StandIn) => Promise<unknown>;
  /** Whether what the case is about did happen. */
  readonly wants?: (state: RunState) => boolean;
};

/** One run under a budget that its work exceeds. */
export type Under = CloudRunOptions & {
  readonly what: string;
  /** Dollars: as few as a run may have on such containers, and a tenth more. Modal's timers are then so short that parts are asked for again. */
  readonly budget: number;
  readonly preempted: boolean;
};

/** What a run has finished so far: points of a benchmark, checkpoints of a training. */
export const finishedIn = (state: RunState): number => (isTrainRun(state) ? state.results.checkpoints : pointsOf(state)).length;

export const ended = (run: CloudRun, seconds = 400) => until(`the end of ${run.run}`, () => run.state().status === 'ended', seconds);
export const launched = (run: CloudRun) => until(`the launch of ${run.run}`, () => run.state().status === 'running', 200);
export const hasFinished = (run: CloudRun, count = 1) =>
  until(`${count} finished of ${run.run}`, () => finishedIn(run.state()) >= count, 300);

const liveWorker = (state: RunState) =>
  state.containers?.find(({ role, finishedAt, startedAt }) => role === 'worker' && finishedAt === undefined && startedAt !== undefined);

export const withWorker = (run: CloudRun) => until(`a worker of ${run.run}`, () => liveWorker(run.state()) !== undefined, 300);

/** "preempt", "kill": of the container that works now. */
export const befall = async (run: CloudRun, standIn: StandIn, what: 'preempt' | 'kill'): Promise<void> => {
  const worker = liveWorker(run.state());
  if (worker === undefined) throw new Error(`${run.run} has no worker`);
  await standIn.admin(`containers/${worker.task}/${what}`, {});
};

export const killAll = (run: CloudRun): void => {
  run.killTerminal();
  run.killSupervisor();
};

export const workersIn = ({ containers = [] }: RunState): number => containers.filter(({ role }) => role === 'worker').length;
