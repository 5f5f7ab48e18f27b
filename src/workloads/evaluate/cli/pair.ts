/** The two runs that `compare` was given. */
import { usageError } from '../../../errors/errors.ts';

/** `words`: as they were typed; `resolve`: a run's whole name. `what`: "runs". Throws a usage error unless they are two. */
export const pairIn = (words: readonly string[], resolve: (word: string) => string, what: string): readonly [string, string] => {
  const names = words.map(resolve);
  const [first, second] = [...new Set(names)];
  if (first !== undefined && second !== undefined && names.length === 2) return [first, second];
  const same = names.length === 2 ? `both words mean ${first}` : names.length === 1 ? 'one was named' : `${names.length} were named`;
  throw usageError(`Two ${what} are compared`, same, 'ann-tui runs');
};
