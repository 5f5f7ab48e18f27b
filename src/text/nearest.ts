/** "did you mean": the closest of the allowed words, when one is close enough to be meant. */

/** Letters to add, drop, change or swap with their neighbour. */
const distance = (from: string, to: string): number => {
  let before: number[] = [];
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const substituted = (row[j - 1] as number) + (from[i - 1] === to[j - 1] ? 0 : 1);
      let best = Math.min(substituted, (row[j] as number) + 1, (next[j - 1] as number) + 1);
      if (i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]) best = Math.min(best, (before[j - 2] as number) + 1);
      next.push(best);
    }
    before = row;
    row = next;
  }
  return row[to.length] as number;
};

/** The allowed word that `word` most likely stands for; undefined when none is near. */
export const nearest = (word: string, allowed: readonly string[]): string | undefined => {
  // Long pasted text is no typo, and would cost a square of its length.
  if (word.length > 64) return undefined;
  const wanted = word.toLowerCase();
  const starting = allowed.filter(candidate => wanted.length >= 2 && candidate.toLowerCase().startsWith(wanted));
  if (starting.length > 0) return starting[0];
  const ranked = allowed.map(candidate => ({ candidate, off: distance(wanted, candidate.toLowerCase()) })).sort((a, b) => a.off - b.off);
  const best = ranked[0];
  if (best === undefined) return undefined;
  return best.off <= Math.max(1, Math.floor(Math.max(wanted.length, best.candidate.length) / 3)) ? best.candidate : undefined;
};

/** `did you mean "hnsw"? ` or nothing. */
export const didYouMean = (word: string, allowed: readonly string[]): string => {
  const guess = nearest(word, allowed);
  return guess === undefined ? '' : `did you mean "${guess}"? `;
};
