/** What a person should know before containers are paid for, that stops nothing. Pure. */

import { containersOf } from '../metering/cloud-cost.ts';
import type { ModalEnvironment } from '../modal-client/types.ts';
import { gpuLabel, parseGpus } from '../prices/gpus.ts';
import type { Spec } from '../runs/spec.ts';
import { count } from '../text/format.ts';
import { workloadOf } from '../workloads/registry.ts';

/** What containers have and the work has no use for. */
export const wasteWords = ({ kind, cloud }: Spec): readonly string[] => {
  const gpu = cloud?.container.gpu ?? null;
  const { name, usesGpu } = workloadOf({ kind });
  if (gpu === null || usesGpu) return [];
  return [`A ${name} computes on cores only: ${gpuLabel(gpu)} in each container would be paid for and not used.`];
};

const wait = (needed: number, what: string, { now, most }: ModalEnvironment['gpus']): readonly string[] => {
  if (most === null || needed <= most - (now ?? 0)) return [];
  const used = now === null || now === 0 ? '' : `, ${count(now)} of them in use now`;
  return [
    `${count(needed)} ${what} are wanted, and your plan runs ${count(most)} at once${used}: the rest wait in the queue, which is not billed.`,
  ];
};

/** What of the run the workspace cannot start at once. `environment`: as Modal tells it now. */
export const roomWords = (spec: Spec, environment: ModalEnvironment | undefined): readonly string[] => {
  if (spec.cloud === undefined || environment === undefined) return [];
  const containers = containersOf(spec);
  const { gpu } = spec.cloud.container;
  // Of a list the first is tried first.
  const each = gpu === null ? 0 : (parseGpus(gpu)[0]?.count ?? 1);
  return [
    // Its parts, and the coordinator that hands them out.
    ...wait(containers + 1, 'containers', environment.containers),
    ...(each === 0 ? [] : wait(containers * each, 'GPUs', environment.gpus)),
  ];
};
