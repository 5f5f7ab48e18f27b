/** The commands that only evaluations have. */
import { type Command, runNote } from '../../../cli/command.ts';
import { datasetOptions, runOptionsOn } from '../../../cli/run-options.ts';
import { settingsOptions } from '../../prepare/cli/commands.ts';
import { usualHardware } from '../../prepare/cost.ts';

export const evaluateCommands: readonly Command[] = [
  {
    name: 'evaluate',
    summary: 'score seizure detectors on recordings, by SzCORE’s rules',
    positionals: [],
    options: {
      checkpoint: { value: 'NAME', says: 'what is scored: baseline, the detectors without training (baseline)' },
      dataset: { value: 'NAME[,…]', multiple: true, says: 'on which recordings (synthetic-seizures)' },
      ...settingsOptions,
      ...datasetOptions,
      ...runOptionsOn(usualHardware),
    },
    more: [
      'What is not prepared yet is prepared first. Thresholds are chosen on dev, used once on test.',
      'Then `ann-tui results RUN`, and `ann-tui compare RUN RUN` for two of one test split.',
      ...runNote,
    ],
    load: () => import('./evaluate.ts'),
  },
  {
    name: 'score',
    summary: 'two folders of annotations, truth and prediction → the table, by SzCORE’s rules',
    positionals: [
      { name: 'TRUTH', required: true },
      { name: 'PRED', required: true },
    ],
    options: { out: { value: 'FILE', says: 'all scores as JSON, per patient and by type too' } },
    more: [
      'Folders in BIDS with HED-SCORE TSV files, as epilepsy benchmarks exchange them.',
      'Exit code 2: a file cannot be used; which one and where is said.',
    ],
    load: () => import('./score.ts'),
  },
];
