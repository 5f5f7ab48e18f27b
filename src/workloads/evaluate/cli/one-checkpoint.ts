/** The checkpoint that a command works with, where it takes one alone. */
import type { Context, Invocation } from '../../../cli/command.ts';
import { usageError } from '../../../errors/errors.ts';
import { counted } from '../../../text/format.ts';
import { bestCheckpoint, type Checkpoint, checkpointsOf, type Taker } from '../checkpoint.ts';
import { wholeNames } from './checkpoint-words.ts';

/** Of several seeds the one that did best on dev, which is said. Throws a usage error for a word that stands for none. */
export const oneCheckpoint = (word: string, taker: Taker, invocation: Invocation, { out }: Context): Checkpoint => {
  const found = checkpointsOf(wholeNames(word) ?? '', invocation.text('model'), taker);
  const best = bestCheckpoint(found);
  if (best === undefined) throw usageError(`${word || 'Nothing'} is no checkpoint`, 'it is of a training, or a folder', taker.help);
  if (found.length > 1) out.note(`Of ${counted(found.length, 'checkpoint')} the one that did best on dev: ${best.choice.title}`);
  return best;
};
