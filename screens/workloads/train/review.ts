/** What the review says of a training. Pure. */
import { count, counted, percent } from '../../../src/text/format.ts';
import { fullOptions } from '../../../src/workloads/train/config/model-options.ts';
import type { TrainConfig } from '../../../src/workloads/train/config-shape.ts';
import { windowsOfStep } from '../../../src/workloads/train/cost.ts';
import { parametersOf } from '../../../src/workloads/train/model-flops.ts';
import type { TrainSpec } from '../../../src/workloads/train/spec.ts';
import { dataRows, settingsRow } from '../prepare/review.ts';
import type { ReviewRow } from '../workload-screens.ts';

const windowsText = ({ windows, training }: TrainConfig): string =>
  `${count(windowsOfStep({ windows, training }))} × ${windows.seconds} s a step`;

const touchText = (fraction: number | null): string =>
  fraction === null ? 'as they come' : `${percent(fraction)} of them touch a seizure`;

const lookText = ({ evaluate_every, patience }: TrainConfig['training']): string =>
  `looks at dev every ${count(evaluate_every)}${patience === 0 ? '' : `, stops after ${patience} without gain`}`;

/** "152,257 parameters"; of a file of one's own nothing is known before it is run. */
const sizeText = ({ config, settings, source }: Pick<TrainSpec, 'config' | 'settings' | 'source'>): string => {
  const options = source === null ? fullOptions(config.model) : undefined;
  return options === undefined ? `your file ${source?.file ?? ''}`.trim() : counted(parametersOf(options, settings.rate), 'parameter');
};

export const trainRows = ({ preset, config, seeds, source, data, settings }: TrainSpec, more: boolean): readonly ReviewRow[] => {
  const { training, windows, evaluation } = config;
  return [
    ['what', config.model.name, more ? `${sizeText({ config, settings, source })}, config ${preset}` : preset],
    ['windows', windowsText(config), more ? touchText(windows.seizure_fraction) : ''],
    ['steps', count(training.steps), more ? `learning rate ${training.learning_rate}, ${lookText(training)}` : ''],
    [
      'seeds',
      seeds.length === 1 ? '1' : `${seeds.length}: ${seeds.join(', ')}`,
      more && seeds.length === 1 ? 'one training: no spread is known' : '',
    ],
    ['checkpoint', `every ${count(training.checkpoint_every)} steps`, more ? `kept: the best and the last ${training.keep_last}` : ''],
    ...dataRows(data, more),
    settingsRow(settings, more),
    ['evaluation', 'on test, with baselines', more ? `95 % of ${counted(evaluation.draws, 'draw')} of patients` : ''],
  ];
};
