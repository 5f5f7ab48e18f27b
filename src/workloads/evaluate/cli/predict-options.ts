/** The options of `predict` that say how it is done at Modal; on this machine it is no run. */
import type { Option } from '../../../cli/command.ts';
import { runOptionsOn } from '../../../cli/run-options.ts';
import { usualHardware } from '../../prepare/cost.ts';

// One container predicts all.
const { containers, yes, target, ...there } = runOptionsOn(usualHardware);

/** Without a meaning on this machine. */
export const thereOnly: readonly string[] = Object.keys(there);

export const whereOptions: Readonly<Record<string, Option>> = {
  target: { value: 'local|modal', says: 'at once on this machine (local), or as a run at Modal' },
  ...there,
  hardware: { value: 'ID', says: `on Modal: the container (${usualHardware})` },
};
