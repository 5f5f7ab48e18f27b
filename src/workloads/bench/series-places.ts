/** Which colour and marker a series has, as a number from 0: the same wherever the same implementations are drawn. Pure. */
import { registered } from './implementations.ts';

/** The built-in implementations have their own, whoever stands beside them. */
const reserved: Readonly<Record<string, number>> = Object.fromEntries(
  Object.entries(registered).flatMap(([name, { series }]) => (series === undefined ? [] : [[name, series]])),
);

/** `impls`: what each series shows, in whatever order. A second series of one implementation gets a place of its own. */
export const seriesPlaces = (impls: readonly string[]): readonly number[] => {
  const taken = new Set<number>();
  const places: number[] = new Array(impls.length).fill(-1);
  const order = impls.map((impl, n) => ({ impl, n })).toSorted((a, b) => (a.impl < b.impl ? -1 : a.impl > b.impl ? 1 : a.n - b.n));
  const take = (n: number, place: number) => {
    taken.add(place);
    places[n] = place;
  };
  for (const { impl, n } of order) {
    const own = reserved[impl];
    if (own !== undefined && !taken.has(own)) take(n, own);
  }
  // The places of the built-in ones stay free for a run that has them too.
  let next = 1 + Math.max(-1, ...Object.values(reserved));
  for (const { n } of order) if (places[n] === -1) take(n, next++);
  return places;
};
