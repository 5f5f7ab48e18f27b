import type { Run } from '../../../cli/command.ts';
import { list } from '../../../cli/parse.ts';
import { said, sharedChoices } from '../../../cli/run-options.ts';
import { startRun } from '../../../cli/start-run.ts';
import { type PrepareChoices, usualDataset } from '../plan.ts';
import { settingsIn } from './settings-words.ts';

export const run: Run = async (invocation, context) => {
  const splits = list(invocation.texts('splits'));
  const choices: PrepareChoices = {
    ...(await sharedChoices('prepare', invocation, [usualDataset])),
    ...settingsIn(invocation),
    ...said({ splits: splits.length > 0 ? splits : undefined }),
  };
  const { createServices } = await import('../../../services/create-services.ts');
  return await startRun(choices, createServices(), invocation, context);
};
