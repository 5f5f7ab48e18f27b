/** The commands that only evaluations have. */
import { type Command, runNote } from '../../../cli/command.ts';
import { datasetOptions, runOptionsOn } from '../../../cli/run-options.ts';
import { settingsOptions } from '../../prepare/cli/commands.ts';
import { usualHardware } from '../../prepare/cost.ts';
import { whereOptions } from './predict-options.ts';

export const evaluateCommands: readonly Command[] = [
  {
    name: 'evaluate',
    summary: 'score seizure detectors on recordings, by SzCORE’s rules',
    positionals: [],
    options: {
      checkpoint: { value: 'RUN|DIR', says: 'what a training made, beside the baselines (those alone)' },
      model: { value: 'FILE', says: 'Python file of a checkpoint’s own model, if you trust what it does' },
      dataset: { value: 'NAME[,…]', multiple: true, says: 'on which recordings (synthetic-seizures)' },
      ...settingsOptions,
      ...datasetOptions,
      ...runOptionsOn(usualHardware),
    },
    more: [
      'RUN:SEED is one seed of a training; several with a comma between them, beside each other.',
      'What is not prepared yet is prepared first. Thresholds are chosen on dev, used once on test.',
      'Then `ann-tui results RUN`, and `ann-tui compare RUN RUN` for two of one test split.',
      ...runNote,
    ],
    load: () => import('./evaluate.ts'),
  },
  {
    name: 'predict',
    summary: 'find seizures in recordings without labels → a table of events each',
    positionals: [{ name: 'EDF', required: true, many: true }],
    options: {
      checkpoint: { value: 'RUN|DIR', says: 'what a training made' },
      out: { value: 'DIR', says: 'where the tables go (here): NAME_events.tsv, never over another' },
      threshold: { value: 'P', says: 'the probability that counts as a seizure (as the checkpoint has it)' },
      model: { value: 'FILE', says: 'Python file of a checkpoint’s own model, if you trust what it does' },
      ...whereOptions,
      yes: { short: 'y', says: 'do not ask before PyTorch is fetched, or a run on Modal costs money' },
    },
    more: [
      'EDF is a file or a folder; of a folder all files below it, and the tables stand in the same tree.',
      'BIDS tables (HED-SCORE TSV): one bckg row where nothing is found. Exit code 1: some were not read.',
      'With --target modal the files are sent there first, once, and one container predicts all of them;',
      'the tables come with the run, to DIR when it is waited for; else `ann-tui results RUN --get DIR`.',
      ...runNote,
    ],
    load: () => import('./predict.ts'),
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
