/** The line below an axis. Pure. */
import type { Tick } from '../../../src/text/scale.ts';

/** Labels under an axis of `width` columns that begins at `offset`; one that would touch its neighbour is left out, the ends first served. */
export const tickLabels = (
  ticks: readonly Tick[],
  width: number,
  offset: number,
): { readonly text: string; readonly places: readonly number[] } => {
  const chars = Array.from({ length: offset + width + 1 }, () => ' ');
  const places: number[] = [];
  const byWeight = ticks.toSorted(
    (a, b) => Number(b.at === 1) - Number(a.at === 1) || Number(b.at === 0) - Number(a.at === 0) || b.at - a.at,
  );
  for (const { label, at } of byWeight) {
    const centre = offset + Math.round(at * (width - 1));
    const start = Math.min(Math.max(0, centre - Math.floor(label.length / 2)), chars.length - label.length);
    const around = chars.slice(Math.max(0, start - 1), start + label.length + 1);
    if (around.some(character => character !== ' ')) continue;
    for (const [n, character] of Array.from(label).entries()) chars[start + n] = character;
    places.push(centre - offset);
  }
  return { text: chars.join('').trimEnd(), places };
};
