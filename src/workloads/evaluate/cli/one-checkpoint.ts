/** The checkpoint that a command works with, where it takes one alone. */
import type { Context, Invocation } from '../../../cli/command.ts';
import { typedWith } from '../../../cli/typed-with.ts';
import { usageError } from '../../../errors/errors.ts';
import { counted } from '../../../text/format.ts';
import { bestCheckpoint, type Checkpoint, checkpointsOf } from '../checkpoint.ts';
import { wholeNames } from './checkpoint-words.ts';

/**
 * Of several seeds the one that did best on dev, which is said. `withWord`: the command with another word for one. Throws a usage error for a word
 * that stands for none.
 */
export const oneCheckpoint = (
  word: string,
  command: string,
  withWord: (word: string) => string,
  invocation: Invocation,
  { out }: Context,
): Checkpoint => {
  const help = `ann-tui ${command} --help`;
  const withModel = (file: string): string => typedWith(command, invocation.args, 'model', file);
  const found = checkpointsOf(wholeNames(word) ?? '', invocation.text('model'), { help, with: withWord, withModel });
  const best = bestCheckpoint(found);
  if (best === undefined) throw usageError(`${word || 'Nothing'} is no checkpoint`, 'it is of a training, or a folder', help);
  if (found.length > 1) out.note(`Of ${counted(found.length, 'checkpoint')} the one that did best on dev: ${best.choice.title}`);
  return best;
};
