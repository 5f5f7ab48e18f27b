/** `--model` and `model.name`: from a word to what is trained. */
import { readFileSync } from 'node:fs';
import { usageError } from '../../errors/errors.ts';
import { didYouMean } from '../../text/nearest.ts';
import type { SourceRef } from '../../user-code/source-ref.ts';
import { candidates, type OwnFile, resolveOwn, shownFrom } from '../../user-code/user-file.ts';
import { modelSizes } from './config/model-sizes.ts';
import { isModel, modelFile } from './user-code/model-file.ts';

export type ModelChoice = {
  /** A size, or a file's name without ".py": what `config.model.name` becomes. */
  readonly name: string;
  /** The file as it is now; null for a size. */
  readonly source: SourceRef | null;
};

const checked = (own: OwnFile, shown: string): ModelChoice => {
  const { name, file, sha256, from } = own;
  if (modelSizes.includes(name)) {
    throw usageError(`${file} needs another name`, `${name} is a built-in model`, `mv ${from} ${from.slice(0, -file.length)}my_${file}`);
  }
  if (!isModel(file, readFileSync(from, 'utf8'))) {
    throw usageError(`${shown} has no model in it`, 'it has to import torch and define a class Model', modelFile.fresh('mine'));
  }
  return { name, source: { file, sha256, from } };
};

/**
 * `word`: "tiny", "./mine.py", "mine.py", "mine" (mine.py in `folder`). A size wins over a file of its name. `folder`: where a relative path
 * begins, that of the command or of the config file. Throws a usage error for a word that is neither, a file that cannot be read or that has no
 * model in it; whether the model is sound is found out by the job.
 */
export const modelChoice = (word: string, folder: string): ModelChoice => {
  if (modelSizes.includes(word)) return { name: word, source: null };
  const own = resolveOwn(modelFile, word, folder);
  if (own !== undefined) return checked(own, shownFrom(folder, own.from));
  const near = didYouMean(word, modelSizes);
  throw usageError(
    `There is no model "${word}"`,
    `${near}there are: ${modelSizes.join(', ')}, and files of your own`,
    near === '' && /^[A-Za-z]\w*$/.test(word) ? modelFile.fresh(word) : modelFile.use('tiny'),
  );
};

/** The file that a size of the same name hides, as a person would type it: worth a word. */
export const shadowedFile = (word: string, folder: string): string | undefined => {
  const [file] = modelSizes.includes(word) ? candidates(modelFile, word, folder) : [];
  return file === undefined ? undefined : shownFrom(folder, file);
};
