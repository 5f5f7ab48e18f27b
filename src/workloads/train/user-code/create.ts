/** A fresh model: the package's one template with a name put in. Needs no Python environment. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { usageError } from '../../../errors/errors.ts';
import { createFile } from '../../../user-code/create-file.ts';
import { packageRoot } from '../../../util/paths.ts';
import { modelSizes } from '../config/model-sizes.ts';
import { modelFile } from './model-file.ts';

const template = (): string => path.join(packageRoot, 'modal/seizure/src/seizure/templates/new_model.py');

const check = (name: string): void => {
  const what = `"${name}" cannot be the name of a model`;
  if (!/^[A-Za-z][A-Za-z0-9_]{0,63}$/.test(name)) {
    throw usageError(what, 'it is letters, digits and "_", beginning with a letter, 64 at most', 'ann-tui new my_model --model');
  }
  if (modelSizes.includes(name)) throw usageError(what, 'a built-in model is called so', `ann-tui new my_${name} --model`);
};

/** Writes NAME.py into `folder` and returns its absolute path. Never writes over anything; throws a usage error. */
export const createModel = (name: string, folder: string): string => {
  check(name);
  const text = readFileSync(template(), 'utf8').replace(/\bNAME\b/g, name);
  return createFile(folder, `${name}.py`, text, modelFile.fresh(`${name}_2`));
};
