/** An evaluation's plan, with what it is judged against read from the disk. */
import { recordingsContext } from '../prepare/plan-from-choices.ts';
import type { SharedContext } from '../shared-plan.ts';
import { baseline, checkpointsOf } from './checkpoint.ts';
import { type EvaluateChoices, planEvaluate } from './plan.ts';
import type { EvaluateSpec } from './spec.ts';

/** Throws a usage error for the first choice that cannot be. */
export const planFromChoices = async (choices: EvaluateChoices, context: SharedContext): Promise<EvaluateSpec> =>
  planEvaluate(choices, {
    ...(await recordingsContext(choices, context)),
    checkpoints: checkpointsOf(choices.checkpoint ?? baseline, choices.model),
  });
