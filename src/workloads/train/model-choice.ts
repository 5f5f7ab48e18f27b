/** `--model` and `model.name`: from a word to what is trained. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { usageError } from '../../errors/errors.ts';
import { didYouMean, nearest } from '../../text/nearest.ts';
import { quoted } from '../../text/shell-word.ts';
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

const usualConfigName = 'laptop';

export const whyNoModel = (word: string): string =>
  `${didYouMean(word, modelSizes)}there are: ${modelSizes.join(', ')}, and files of your own`;

/** Whether a size, or a file that is there, is called so. */
export const isModelWord = (word: string, folder: string): boolean =>
  modelSizes.includes(word) || candidates(modelFile, word, folder).length > 0 || existsSync(path.resolve(folder, word));

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
 * model in it; whether the model is sound is found out by the job. `config`: that it was said beside.
 */
export const modelChoice = (word: string, folder: string, config: string = usualConfigName): ModelChoice => {
  if (modelSizes.includes(word)) return { name: word, source: null };
  const own = resolveOwn(modelFile, word, folder);
  if (own !== undefined) return checked(own, shownFrom(folder, own.from));
  const near = nearest(word, modelSizes);
  throw usageError(
    `There is no model "${word}"`,
    whyNoModel(word),
    near === undefined && /^[A-Za-z]\w*$/.test(word)
      ? modelFile.fresh(word)
      : `ann-tui train --config ${quoted(config)} --model ${near ?? 'tiny'}`,
  );
};

/** The file that a size of the same name hides, as a person would type it: worth a word. */
export const shadowedFile = (word: string, folder: string): string | undefined => {
  const [file] = modelSizes.includes(word) ? candidates(modelFile, word, folder) : [];
  return file === undefined ? undefined : shownFrom(folder, file);
};
