/** A measurement's plan, with the training that it is of read from the disk. */
import type { SharedContext } from '../shared-plan.ts';
import { planFromChoices as planTraining } from '../train/plan-from-choices.ts';
import { type MeasureChoices, planMeasure } from './plan.ts';
import type { MeasureSpec } from './spec.ts';

/** Throws a usage error for the first choice that cannot be. */
export const planFromChoices = async (choices: MeasureChoices, context: SharedContext): Promise<MeasureSpec> => {
  const { which = {}, on = [] } = choices;
  // What it would take there is not asked of it, so a GPU of the list will do.
  const hardware = context.shapes.find(({ gpu }) => gpu !== null)?.id ?? choices.hardware;
  const training = await planTraining({ ...which, kind: 'train', datasets: on, target: 'local', hardware, roughly: true }, context);
  return planMeasure(choices, context, training);
};
