/** What the run would take and cost on each row of the price table, reckoned as the review reckons it. */
import { costRange } from '../../src/metering/cloud-cost.ts';
import type { HardwareRow } from '../../src/prices/container-price.ts';
import { useUi } from '../app/context.tsx';
import { useResource } from '../app/use-resource.ts';
import type { Defaults } from './use-defaults.ts';
import { planRun } from './use-plan.ts';

/** Seconds on the wall and dollars, both the likely figure. */
export type RowEstimate = { readonly seconds: number; readonly dollars: number };

const none: ReadonlyMap<string, RowEstimate> = new Map();

/** By the rows' ids; undefined while they are reckoned. A row that no run fits on has none. */
export const useRowEstimates = (
  defaults: Defaults | undefined,
  rows: readonly HardwareRow[],
): ReadonlyMap<string, RowEstimate> | undefined => {
  const { services } = useUi();
  const choices = defaults?.draft.target === 'modal' ? defaults.choices : undefined;
  const ids = rows.map(({ id }) => id);
  const [resource] = useResource(
    async () => {
      if (choices === undefined) return none;
      const estimates = ids.map(async (id): Promise<readonly (readonly [string, RowEstimate])[]> => {
        try {
          const { spec, estimate } = await planRun(services, { ...choices, hardware: id }, false);
          return [[id, { seconds: estimate.seconds.likely, dollars: costRange(spec, estimate).likely }]];
        } catch {
          // Whoever chooses it is told why it cannot be.
          return [];
        }
      });
      return new Map((await Promise.all(estimates)).flat());
    },
    JSON.stringify([choices, ids]),
  );
  return resource.state === 'loading' ? undefined : resource.state === 'ready' ? resource.value : none;
};
