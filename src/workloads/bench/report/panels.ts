/** Which series are shown side by side: those of one question, measured under conditions of one kind. Pure. */
import type { Comparison, Pair, Readings } from '../compare/compare.ts';
import { differences, sideBySide } from '../compare/differences.ts';
import type { Series } from '../compare/series.ts';
import { seriesPlaces } from '../series-places.ts';

/** One series with its colour and marker, which are its own in all panels. */
export type Shown = Readings & { readonly place: number };

export type Panel = {
  /** At least one. */
  readonly shown: readonly Shown[];
  /** Those of which both are in it. */
  readonly pairs: readonly Pair[];
  /** What to know although they are compared: each once. */
  readonly care: readonly string[];
};

export const seriesIn = ({ shown }: Pick<Panel, 'shown'>): readonly Series[] => shown.map(({ series }) => series);

/** In the order of the runs and their specs. */
export const panelsOf = ({ readings, pairs }: Comparison): readonly Panel[] => {
  const places = seriesPlaces(readings.map(({ series }) => series.impl));
  const groups: Shown[][] = [];
  for (const [n, reading] of readings.entries()) {
    const shown = { ...reading, place: places[n] ?? n };
    const group = groups.find(([first]) => first !== undefined && sideBySide(first.series, reading.series));
    if (group === undefined) groups.push([shown]);
    else group.push(shown);
  }
  return groups.map(shown => {
    const own = shown.map(({ series }) => series);
    const inside = pairs.filter(({ base, other }) => own.includes(base) && own.includes(other));
    return { shown, pairs: inside, care: [...new Set(inside.flatMap(pair => pair.differences.map(({ text }) => text)))] };
  });
};

/** Why a panel is not shown with the first one of its data; undefined for that one itself. */
export const whyApart = (panels: readonly Panel[], panel: Panel): string | undefined => {
  const [own] = seriesIn(panel);
  const first = panels.map(one => seriesIn(one)[0]).find(series => series?.dataset === own?.dataset);
  if (own === undefined || first === undefined || first === own) return undefined;
  return differences(own, first)
    .map(({ text }) => text.replace(', compare with care', ''))
    .join('; ');
};
