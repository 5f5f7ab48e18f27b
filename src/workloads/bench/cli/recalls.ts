import type { Invocation } from '../../../cli/command.ts';
import { list } from '../../../cli/parse.ts';
import { usageError } from '../../../errors/errors.ts';

/** `--recall`: above 0 and at most 1, in the order given; undefined where it was not said. */
export const recallsOf = (invocation: Invocation): readonly number[] | undefined => {
  const texts = list(invocation.texts('recall'));
  if (texts.length === 0) return undefined;
  return [...new Set(texts)].map(text => {
    const level = Number(text);
    if (!/^\d*\.?\d+$/.test(text) || !(level > 0 && level <= 1))
      throw usageError(`--recall ${text} cannot be`, 'it is above 0 and at most 1', '--recall 0.95');
    return level;
  });
};
