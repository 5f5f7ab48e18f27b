/** What a run at Modal is done on, in a few words. Pure. */
import type { Spec } from '../runs/spec.ts';
import { counted, rate } from '../text/format.ts';
import { containersOf } from './cloud-cost.ts';

/** GPUs that have a part each; 0 where all containers are alike. */
const apart = ({ cloud }: Spec): number => (cloud?.each ? (cloud.choices?.length ?? 0) : 0);

/** "4 × 32 cores · 32 GiB"; where each part has a GPU of its own "T4, L4, A10, 2 at once" */
export const fleetWords = (spec: Spec): string => {
  const containers = containersOf(spec);
  if (apart(spec) === 0) return `${containers} × ${spec.hardware.label}`;
  const several = apart(spec) === 1 ? '' : containers === apart(spec) ? ', side by side' : `, ${containers} at once`;
  return `${spec.hardware.label}${several}`;
};

/** The same in fewer words: "32 cores · 32 GiB" of a single container, "3 GPUs" */
export const shortFleet = (spec: Spec): string => {
  if (apart(spec) > 1) return counted(apart(spec), 'GPU');
  return containersOf(spec) > 1 ? fleetWords(spec) : spec.hardware.label;
};

/** Dollars an hour of a container: "$1.77/h", "$0.91/h to $4.40/h" */
export const eachRate = ({ cloud, hardware }: Spec): string => {
  const rates = cloud?.each ? (cloud.choices ?? []).map(({ dollarsPerHour }) => dollarsPerHour) : [hardware.dollarsPerHour];
  const [least, most] = [Math.min(...rates), Math.max(...rates)].map(rate);
  return least === most ? (least ?? '') : `${least} to ${most}`;
};
