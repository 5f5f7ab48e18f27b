/** The check of a model file of a person's own, before a run: seconds, in a child that may crash or hang. */
import { runSeizure } from '../../../datasets/seizure-command.ts';
import { trainingEnvironment } from '../../../setup/training/status.ts';
import { loadTraining, usualPreset } from '../config/load.ts';
import { type ModelVerdict, toModelVerdict } from './verdict.ts';

/** What it is to be built and fed with. */
export type ModelAsked = {
  readonly options: Readonly<Record<string, unknown>>;
  readonly rate: number;
  /** Of a window. */
  readonly seconds: number;
  /** Absent: both montages. */
  readonly channels?: readonly number[];
};

const asLaptop = async (): Promise<ModelAsked> => {
  const { config, settings } = (await loadTraining(usualPreset)).training;
  return { options: {}, rate: settings.rate, seconds: config.windows.seconds };
};

/** `asked`: by default the windows of the laptop's preset. Throws a `UserError` where there is no training environment, or none could be said. */
export const checkModel = async (file: string, signal: AbortSignal, asked?: ModelAsked): Promise<ModelVerdict> => {
  const { options, rate, seconds, channels = [] } = asked ?? (await asLaptop());
  const lines = await runSeizure({
    ...trainingEnvironment(),
    words: [
      ...['check-model', file, '--json', '--rate', String(rate), '--seconds', String(seconds), '--options', JSON.stringify(options)],
      ...(channels.length === 0 ? [] : ['--channels', ...channels.map(String)]),
    ],
    signal,
    otherwise: { what: `${file} could not be checked`, hint: 'ann-tui doctor' },
  });
  return toModelVerdict(JSON.parse(lines.join('')) as ModelVerdict);
};
