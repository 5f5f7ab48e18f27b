/** How fast a training is expected to go on the GPU that a plan asks Modal for. Pure. */
import { usualShape } from '../../../config/hardware.ts';
import { parseGpus } from '../../../prices/gpus.ts';
import type { CloudPlan } from '../../../runs/spec.ts';
import type { SharedContext } from '../../shared-plan.ts';
import { forecastTraining, mostRead } from '../forecast.ts';
import { pacesOf } from '../pace.ts';
import type { TrainSpec } from '../spec.ts';

type Expectation = NonNullable<TrainSpec['expected']>;

/**
 * Windows a second on the first choice; GPUs of one container share each batch, and are taken to be so many times as fast where they were not
 * measured together. Undefined of a container without a GPU, and of a GPU that nothing is known of.
 */
export const expectedOf = (
  spec: TrainSpec,
  { container: { gpu } }: CloudPlan,
  { shapes, cores, earlier = () => [] }: Pick<SharedContext, 'shapes' | 'cores' | 'earlier'>,
): Expectation | undefined => {
  const first = gpu === null ? undefined : parseGpus(gpu)[0];
  const shape = first && usualShape(shapes, first.billedAs);
  if (first === undefined || shape === undefined) return undefined;
  const paces = pacesOf(spec, earlier());
  // GPUs that worked together in that very container; each of its processes reads windows of its own.
  const together = first.count > 1 ? paces.find(({ hardware }) => hardware === spec.hardware.id) : undefined;
  if (together !== undefined && !(together.unread && together.rate > first.count * mostRead))
    return { rate: together.rate, measured: true };
  const rows = shapes.filter(one => one.gpu !== null).map(one => ({ ...one, label: one.id, dollarsPerHour: 0 }));
  const found = forecastTraining(spec, { rows, cores, paces }).find(({ hardware }) => hardware?.id === shape.id);
  return found?.rate === undefined ? undefined : { rate: found.rate * first.count, measured: found.measured };
};
