import { limitSeconds } from '../../src/metering/budget.ts';
import { containersOf, costRange, preparingRate, runningRate } from '../../src/metering/cloud-cost.ts';
import type { Estimate } from '../../src/metering/estimate.ts';
import { fleetWords } from '../../src/metering/fleet-words.ts';
import { containerLabel } from '../../src/prices/container-price.ts';
import type { Spec } from '../../src/runs/spec.ts';
import { duration, money, rate } from '../../src/text/format.ts';
import { workloadOf } from '../../src/workloads/registry.ts';

/** The question before money is spent: what, how much, how to undo. */
export const spendText = (spec: Spec, estimate: Estimate, account: string | undefined, needs = ''): readonly string[] => {
  const { likely, high } = costRange(spec, estimate);
  const containers = containersOf(spec);
  const budget = spec.budget === null ? 'no budget is set' : `no more than the budget of ${money(spec.budget)}`;
  const preparer = spec.cloud?.preparer;
  const preparing =
    preparer === undefined
      ? ''
      : ` What is not prepared there yet is prepared first, by ${preparer.containers} × ${containerLabel({ ...preparer, gpu: null })}, ${rate(preparingRate(spec))}.`;
  return [
    `${spec.cloud?.each ? `A container each of ${fleetWords(spec)},` : `${containers === 1 ? 'One container' : `${containers} containers`} of ${spec.hardware.label}`} and a coordinator, on ${account ?? 'your Modal account'}: ${rate(runningRate(spec))} while all of them run.${preparing}`,
    `About ${money(likely)}, perhaps ${money(high)}; ${budget}. A container that hangs is ended by Modal's own timer after ${duration(limitSeconds(spec))}.`,
    ...(needs === '' ? [] : [`The data: ${needs}.`]),
    `x stops it at any time: finished ${workloadOf(spec).noun.many} are kept, and what ran until then is billed.`,
  ];
};
