import type { Spec } from '../runs/spec.ts';
import type { RunState } from '../runs/state.ts';
import { countContainer } from './container-times.ts';

/** Fewer starts say nothing about the slow one among them. */
const enough = 10;

/** Seconds that containers with this GPU, or with none, took to start; empty when too few were seen from beginning to end. */
export const bootsSeen = (earlier: readonly RunState[], spec: Spec): readonly number[] => {
  const boots = earlier
    .filter(({ spec: other }) => other.cloud !== undefined && other.cloud.container.gpu === spec.cloud?.container.gpu)
    .flatMap(({ containers = [], spec: other }) =>
      containers
        .filter(({ assignedAt, startedAt }) => assignedAt !== undefined && startedAt !== undefined)
        .map(container => countContainer(container, container.startedAt as number, other.cloud?.startupTimeout ?? 900).parts.boot),
    );
  return boots.length < enough ? [] : boots;
};
