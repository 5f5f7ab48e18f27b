/** `--seeds`: how often it is trained, and from which beginnings. Pure. */
import { usageError } from '../../errors/errors.ts';

/** As many as a table of them can still be read, and as Python's and torch's generators take. */
const most = 64;
const largest = 2 ** 32 - 1;

const hint = 'ann-tui train --seeds 3';

const wrong = (text: string, why: string) => usageError(`--seeds ${text} cannot be`, why, hint);

/** "3": so many from `first` on; "0,3,7": these. Absent: `first` alone. Throws a usage error. */
export const seedsOf = (text: string | undefined, first: number): readonly number[] => {
  if (text === undefined) return [first];
  const words = text.split(',').map(word => word.trim());
  if (words.some(word => !/^\d+$/.test(word))) throw wrong(text, 'it is how many, such as 3, or a list of seeds, such as 0,3,7');
  const numbers = words.map(Number);
  const [only = 0] = numbers;
  if (numbers.length === 1 && (only < 1 || only > most)) throw wrong(text, `it is from 1 to ${most} trainings`);
  const seeds = numbers.length === 1 ? Array.from({ length: only }, (_, n) => first + n) : numbers;
  const twice = seeds.find((seed, at) => seeds.indexOf(seed) !== at);
  if (twice !== undefined) throw wrong(text, `${twice} is there twice`);
  if (seeds.length > most) throw wrong(text, `it is from 1 to ${most} trainings`);
  if (seeds.some(seed => seed > largest)) throw wrong(text, `a seed is a whole number from 0 to ${largest}`);
  return seeds;
};
