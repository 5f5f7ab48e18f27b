/** An evaluation's plan, with what it is judged against read from the disk. */
import { quoted } from '../../text/shell-word.ts';
import { recordingsContext } from '../prepare/plan-from-choices.ts';
import { commandFor, type SharedContext } from '../shared-plan.ts';
import { baseline, checkpointsOf, type Taker } from './checkpoint.ts';
import { type EvaluateChoices, planEvaluate } from './plan.ts';
import type { EvaluateSpec } from './spec.ts';

/** The same evaluation with another checkpoint, or with a Python file of its own model. */
const evaluateTaker = ({ checkpoint = '', datasets, target }: EvaluateChoices): Taker => {
  const command = commandFor('evaluate', { datasets: datasets.map(name => ({ name })), target });
  const withWord = (word: string): string => `${command} --checkpoint ${quoted(word)}`;
  return { help: 'ann-tui evaluate --help', with: withWord, withModel: file => `${withWord(checkpoint)} --model ${quoted(file)}` };
};

/** Throws a usage error for the first choice that cannot be. */
export const planFromChoices = async (choices: EvaluateChoices, context: SharedContext): Promise<EvaluateSpec> =>
  planEvaluate(choices, {
    ...(await recordingsContext(choices, context)),
    checkpoints: checkpointsOf(choices.checkpoint ?? baseline, choices.model, evaluateTaker(choices)),
  });
