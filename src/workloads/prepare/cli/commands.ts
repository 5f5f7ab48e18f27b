/** The command that only a prepare has, and the options that every workload on recordings has. */
import { type Command, type Option, runNote } from '../../../cli/command.ts';
import { datasetOptions, runOptionsOn } from '../../../cli/run-options.ts';
import { usualHardware } from '../cost.ts';

/** How recordings are prepared. */
export const settingsOptions: Readonly<Record<string, Option>> = {
  montage: { value: 'NAME', says: 'referential (19 channels, average) or bipolar (18)' },
  config: { value: 'FILE', says: 'rate, band, notch, filter and clip in the shape of configs/prepare.yaml' },
};

export const prepareCommands: readonly Command[] = [
  {
    name: 'prepare',
    summary: 'recordings → filtered, scaled, memory-mapped arrays, once for every setting',
    positionals: [],
    options: {
      dataset: { value: 'NAME[,…]', multiple: true, says: 'which recordings (synthetic-seizures)' },
      splits: { value: 'NAME[,…]', multiple: true, says: 'only these: train, dev, test (all of them)' },
      ...settingsOptions,
      ...datasetOptions,
      ...runOptionsOn(usualHardware),
    },
    more: ['What is prepared already is not done again; what was stopped goes on: `ann-tui resume RUN`.', ...runNote],
    load: () => import('./prepare.ts'),
  },
];
