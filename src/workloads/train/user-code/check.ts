/** The check of a model file of a person's own, before a run: seconds, in a child that may crash or hang. */
import { runSeizure } from '../../../datasets/seizure-command.ts';
import { trainingEnvironment } from '../../../setup/training/status.ts';
import { loadTraining, usualPreset } from '../config/load.ts';
import { type ModelVerdict, toModelVerdict } from './verdict.ts';

/** In the windows of the laptop's preset. Throws a `UserError` where there is no training environment, or none could be said. */
export const checkModel = async (file: string, signal: AbortSignal): Promise<ModelVerdict> => {
  const { config, settings } = (await loadTraining(usualPreset)).training;
  const lines = await runSeizure({
    ...trainingEnvironment(),
    words: ['check-model', file, '--json', '--rate', String(settings.rate), '--seconds', String(config.windows.seconds)],
    signal,
    otherwise: { what: `${file} could not be checked`, hint: 'ann-tui doctor' },
  });
  return toModelVerdict(JSON.parse(lines.join('')) as ModelVerdict);
};
