/** How a job is made to leave: asked until it was told, given its time, then ended, again and again for as long as it is there. */
import { leaveSeconds } from '../metering/budget.ts';
import { meter } from '../metering/meter.ts';
import { readMoment } from '../process/moment.ts';
import type { Target } from '../targets/target.ts';
import type { Handle } from './journal-entry.ts';
import { stopReasons } from './run-end.ts';
import type { RunState } from './state.ts';

/** Milliseconds between two tries to tell a job that it is to leave, and to end one: the way to it may be broken for a while. */
const tellAgainEvery = 2000;
const endAgainEvery = 10_000;

export type Stopping = {
  /** A person does not want to wait, or has said so once more: the job is ended with the next press. */
  force(): void;
  /** The money is gone: the job is ended, in its own time between two tries. */
  end(): void;
  readonly isForced: () => boolean;
  /** One more step towards the end of a job that is to leave for `reason`. */
  press(state: RunState, handle: Handle, reason: string): Promise<void>;
};

export type StoppingOptions = {
  /** Milliseconds between asking the job to leave and ending it, where the target has no other. */
  readonly grace: number;
  readonly step: (name: string) => void;
};

/** Of one attempt; whoever drives the next makes another one. */
export const createStopping = (target: Target, { grace, step }: StoppingOptions): Stopping => {
  let askedAt: number | undefined;
  let toldAt: number | undefined;
  let forced = false;
  let endedAt: number | undefined;

  /** Milliseconds for a job to leave. When its money ends, its parts have no longer than that was counted for; what leads them costs little. */
  const graceOf = (state: RunState): number => {
    const usual = target.grace ?? grace;
    if (state.stopReason !== stopReasons.budget) return usual;
    const { rate } = meter(state, readMoment());
    return rate > (state.spec.cloud?.coordinator.dollarsPerHour ?? 0) ? Math.min(usual, leaveSeconds * 1000) : usual;
  };

  const ask = async (handle: Handle, reason: string): Promise<void> => {
    const now = performance.now();
    if (askedAt !== undefined && now - askedAt < tellAgainEvery) return;
    askedAt = now;
    step('before stop');
    if (await target.stop(handle, false, reason)) toldAt = performance.now();
  };

  const end = async (handle: Handle): Promise<void> => {
    const now = performance.now();
    if (endedAt !== undefined && now - endedAt < endAgainEvery) return;
    forced = true;
    endedAt = now;
    step('before force');
    await target.stop(handle, true);
  };

  return {
    force: () => {
      forced = true;
      endedAt = undefined;
    },
    end: () => {
      forced = true;
    },
    isForced: () => forced,
    press: async (state, handle, reason) => {
      if (forced) return await end(handle);
      if (toldAt === undefined) return await ask(handle, reason);
      if (performance.now() - toldAt > graceOf(state)) await end(handle);
    },
  };
};
