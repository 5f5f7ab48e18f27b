import { boolean } from '../../../../config/schema.ts';
import { ignored, kept } from '../field.ts';

export const resourcesFields = [
  ignored({ field: 'resources.max_memory_gb', dead: true, why: 'windows.batch decides how much memory is needed' }),
  ignored({ field: 'resources.distributed', dead: true, why: 'several GPUs share a batch by --set training.processes=2' }),
  ignored({ field: 'resources.mixed_precision', dead: true, why: 'training.mixed_precision decides' }),
  kept({
    field: 'resources.compile_model',
    to: 'training.compile',
    dead: true,
    why: 'torch.compile; here it is read',
    read: boolean,
    unsaid: false,
  }),
];
