/** The containers of an app and their times, which is what is billed: as the control plane tells them. */
import type { ModalClient } from '../../modal-client/types.ts';
import { withWord } from '../../runs/fold.ts';
import type { Observation } from '../../runs/journal-entry.ts';

type Times = { readonly queuedAt?: number; readonly assignedAt?: number; readonly startedAt?: number; readonly finishedAt?: number };

const times = (enqueued: number | null, started: number | null, finished: number | null): Times => ({
  ...(enqueued !== null && { queuedAt: enqueued }),
  ...(started !== null && { startedAt: started }),
  ...(finished !== null && { finishedAt: finished }),
});

const same = (a: Times, b: Times): boolean =>
  a.queuedAt === b.queuedAt && a.assignedAt === b.assignedAt && a.startedAt === b.startedAt && a.finishedAt === b.finishedAt;

/** `onTime`: called with times of the control plane as they become known. */
export const createContainers = (
  client: ModalClient,
  app: string,
  tell: (observation: Observation) => void,
  onTime: (time: number) => void = () => {},
) => {
  const known = new Map<string, Times>();
  /** Those that Modal does not know any more: nobody will ever tell their end. */
  const gone = new Set<string>();

  const learn = (task: string, said: Times): void => {
    const before = known.get(task);
    const now = withWord(before ?? {}, said);
    if (before !== undefined && same(before, now)) return;
    known.set(task, now);
    onTime(Math.max(...Object.values(now)));
    tell({ kind: 'container', task, ...now });
  };

  const unfinished = (): readonly string[] =>
    [...known].flatMap(([task, { finishedAt }]) => (finishedAt === undefined && !gone.has(task) ? [task] : []));

  return {
    /** A container that was heard of in passing: one that lives for less than a look is billed too. */
    heardOf: (task: string): void => {
      if (task !== '' && !known.has(task)) known.set(task, {});
    },
    /** What the log stream says of a container's times. */
    told: (task: string, said: Times): void => {
      if (task !== '' && Object.keys(said).length > 0) learn(task, said);
    },
    /** One look at what lives, and at the end of what does not any more. */
    look: async (): Promise<void> => {
      const live = new Set<string>();
      for (const { task, enqueued, started } of await client.containers(app)) {
        live.add(task);
        learn(task, times(enqueued, started, null));
      }
      for (const task of unfinished()) {
        if (live.has(task)) continue;
        const told = await client.taskInfo(task);
        if (told === null) gone.add(task);
        else learn(task, times(told.enqueued, told.started, told.finished));
      }
    },
    /** Whether the end of every container that was seen is known, as far as it ever will be. */
    allFinished: (): boolean => unfinished().length === 0,
    /** Earliest queue and start of all. */
    first: (): Times => {
      const all = [...known.values()];
      const least = (values: readonly (number | undefined)[]): number | undefined => {
        const there = values.filter(value => value !== undefined);
        return there.length === 0 ? undefined : Math.min(...there);
      };
      const [queuedAt, startedAt] = [least(all.map(one => one.queuedAt)), least(all.map(one => one.startedAt))];
      return { ...(queuedAt !== undefined && { queuedAt }), ...(startedAt !== undefined && { startedAt }) };
    },
  };
};

export type Containers = ReturnType<typeof createContainers>;
