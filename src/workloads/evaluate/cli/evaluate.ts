import type { Run } from '../../../cli/command.ts';
import { said, sharedChoices } from '../../../cli/run-options.ts';
import { startRun } from '../../../cli/start-run.ts';
import { settingsIn } from '../../prepare/cli/settings-words.ts';
import { usualDataset } from '../../prepare/plan.ts';
import type { EvaluateChoices } from '../plan.ts';
import { wholeNames } from './checkpoint-words.ts';

export const run: Run = async (invocation, context) => {
  const choices: EvaluateChoices = {
    ...(await sharedChoices('evaluate', invocation, [usualDataset])),
    ...settingsIn(invocation),
    ...said({ checkpoint: wholeNames(invocation.text('checkpoint')), model: invocation.text('model') }),
  };
  const { createServices } = await import('../../../services/create-services.ts');
  return await startRun(choices, createServices(), invocation, context);
};
