/** The models that are built in: sizes of one design. */
import { sizes } from './model-options.ts';

export const modelSizes: readonly string[] = Object.keys(sizes);
