/** What the price table of a training offers: to measure its GPUs first. */
import { costRange } from '../../../src/metering/cloud-cost.ts';
import type { Estimate } from '../../../src/metering/estimate.ts';
import type { Services } from '../../../src/services/services.ts';
import type { MeasureChoices } from '../../../src/workloads/measure/plan.ts';
import type { MeasureSpec } from '../../../src/workloads/measure/spec.ts';
import type { SharedChoices } from '../../../src/workloads/shared-plan.ts';
import type { PriceView } from '../workload-screens.ts';
import { measureChoices } from './answers.ts';

export type MeasurePlan = { readonly spec: MeasureSpec; readonly estimate: Estimate };

/** Throws `UserError`. */
export const planMeasuring = async ({ plans }: Pick<Services, 'plans'>, choices: MeasureChoices): Promise<MeasurePlan> => {
  const spec = (await plans.plan(choices)) as MeasureSpec;
  return { spec, estimate: await plans.estimate(spec) };
};

/** Nothing where it cannot be planned. */
export const measureOffer = async (services: Pick<Services, 'plans'>, choices: SharedChoices): Promise<Pick<PriceView, 'measure'>> => {
  try {
    const { spec, estimate } = await planMeasuring(services, measureChoices(choices));
    return { measure: { kind: 'measure', page: 'gpus', rows: spec.machines.length, dollars: costRange(spec, estimate).likely } };
  } catch {
    return {};
  }
};
