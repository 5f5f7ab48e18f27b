/** What the wizard's own step of an evaluation has answered. Pure. */
import { baseline } from '../../../src/workloads/evaluate/checkpoint.ts';
import type { EvaluateChoices } from '../../../src/workloads/evaluate/plan.ts';
import type { Answers } from '../../app/answers.ts';
import { completeSettings } from '../prepare/answers.ts';

/** A checkpoint is scored on recordings that are prepared as in its training: no montage is asked for. */
export const completeEvaluation = (answers: Answers, remembered: readonly string[], loaded: unknown): Answers => {
  const { checkpoint = baseline } = answers as Partial<EvaluateChoices>;
  return checkpoint === baseline ? completeSettings(answers, remembered, loaded) : answers;
};
