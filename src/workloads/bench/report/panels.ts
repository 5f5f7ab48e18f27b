/** Which series are shown side by side: those of one question, measured under conditions of one kind. Pure. */
import { type Comparison, compareRuns, type Pair, type Readings } from '../compare/compare.ts';
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

/** Those of one run among several, compared as if it were alone: of it no other run can be a measure. */
const pairsWithin = ({ runs, readings, levels }: Comparison, name: string): readonly Pair[] => {
  const alone = compareRuns(
    runs.filter(({ run }) => run === name),
    { levels },
  );
  const own = readings.filter(({ series }) => series.run === name).map(({ series }) => series);
  const called = (series: Series): Series => own[alone.readings.findIndex(one => one.series === series)] ?? series;
  return alone.pairs.map(pair => ({ ...pair, base: called(pair.base), other: called(pair.other) }));
};

/** In the order of the runs and their specs. */
export const panelsOf = (comparison: Comparison): readonly Panel[] => {
  const { readings, pairs } = comparison;
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
    const [only, second] = new Set(own.map(({ run }) => run));
    const candidates = only !== undefined && second === undefined ? pairsWithin(comparison, only) : pairs;
    const inside = candidates.filter(({ base, other }) => own.includes(base) && own.includes(other));
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
