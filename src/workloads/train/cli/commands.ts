/** The commands that only trainings have. */
import { type Command, runNote } from '../../../cli/command.ts';
import { datasetOptions, runOptionsOn } from '../../../cli/run-options.ts';
import { usualHardware } from '../cost.ts';
import { formatOptions, formats } from './export/formats.ts';

export const trainCommands: readonly Command[] = [
  {
    name: 'train',
    summary: 'train a seizure detector on recordings, then score it beside the baselines',
    positionals: [],
    options: {
      config: { value: 'NAME|FILE', says: 'laptop, smoke_test, tusz_train_a100, or a YAML file of yours (laptop)' },
      set: { value: 'FIELD=VALUE', multiple: true, says: 'one field of it: training.steps=600, prepare.rate=256, model.options.…' },
      seeds: { value: 'N|LIST', says: 'so many trainings, or with these seeds: 3, or 0,3,7 (1)' },
      model: { value: 'NAME|FILE', says: 'tiny, small, base, or a Python file of yours' },
      dataset: { value: 'NAME[,…]', multiple: true, says: 'on which recordings (those of the config)' },
      montage: { value: 'NAME', says: 'referential (19 channels, average) or bipolar (18)' },
      check: { says: 'only whether it learns one batch by heart: most mistakes show' },
      measure: { says: 'only how fast it is: here, or with --target modal on each GPU there' },
      ...datasetOptions,
      ...runOptionsOn(usualHardware, 'tells what it would take there'),
    },
    more: [
      'The best checkpoint on dev is kept with its threshold, and scored once on test.',
      'A training that was stopped goes on: `ann-tui resume RUN`. Afterwards: `ann-tui results RUN`.',
      '`--measure --target modal` tries each GPU for a minute, within $0.50 or --budget; --gpu: these.',
      '`ann-tui evaluate --checkpoint RUN` scores it elsewhere, `ann-tui compare RUN RUN` two of them.',
      ...runNote,
    ],
    load: () => import('./train.ts'),
  },
  {
    name: 'export',
    summary: 'what a training made, for other programs',
    positionals: [
      { name: 'FORMAT', required: true },
      { name: 'RUN', required: true },
    ],
    options: {
      out: { value: 'DIR', says: 'where it goes (beside you, by the run’s name)' },
      ...formatOptions,
    },
    more: [...formats.map(({ name, says }) => `${name.padEnd(12)} ${says}`), ...runNote],
    load: () => import('./export/export.ts'),
  },
];
