/** Every field of the origin’s configs, by the sections that they stand in: those of its first versions (U-Net) and of its third (TCN, graph). */
import type { OriginField } from '../field.ts';
import { dataFields } from './data.ts';
import { evaluationFields } from './evaluation.ts';
import { experimentFields, loggingFields } from './experiment.ts';
import { modelFields } from './model.ts';
import { postprocessingFields } from './postprocessing.ts';
import { preprocessingFields } from './preprocessing.ts';
import { resourcesFields } from './resources.ts';
import { trainingFields } from './training.ts';

export const originFields: readonly OriginField[] = [
  ...dataFields,
  ...preprocessingFields,
  ...modelFields,
  ...postprocessingFields,
  ...trainingFields,
  ...evaluationFields,
  ...experimentFields,
  ...loggingFields,
  ...resourcesFields,
];
