/** Lists in which each key stands once, made longer one by one. */

/** Where each key of a list stands; dropped with the list. */
const places = new WeakMap<object, Map<string, number>>();

/** With `one` in the place of that of the same key, or behind all; `list` stays as it is. A list that is only ever made longer is searched once. */
export const putByKey = <T>(list: readonly T[], one: T, keyOf: (of: T) => string): readonly T[] => {
  const known = places.get(list) ?? new Map(list.map((other, at) => [keyOf(other), at]));
  const key = keyOf(one);
  const at = known.get(key);
  const made = at === undefined ? [...list, one] : list.with(at, one);
  known.set(key, at ?? list.length);
  // It says of `list` what is not there: it goes on with the longer one.
  places.delete(list);
  places.set(made, known);
  return made;
};

/** A key of several words, none of which can be taken for two. */
export const keyOfWords = (...words: readonly string[]): string => JSON.stringify(words);
