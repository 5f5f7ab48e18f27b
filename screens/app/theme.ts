/** Colours are roles. Meaning never rests on colour alone: whatever a role says, a glyph or a word says too. */

export type Role = 'accent' | 'ok' | 'warn' | 'danger' | 'dim' | 'money' | SeriesRole;

/** One implementation's colour in plots and tables. */
export type SeriesRole = 'series0' | 'series1' | 'series2' | 'series3' | 'series4' | 'series5';

type Style = { readonly color?: string; readonly dimColor?: boolean };

/** From the terminal's own sixteen colours, so that a light or a dark theme stays readable. */
export const theme: Readonly<Record<Role, Style>> = {
  accent: { color: 'cyan' },
  ok: { color: 'green' },
  warn: { color: 'yellow' },
  danger: { color: 'red' },
  dim: { dimColor: true },
  money: { color: 'green' },
  series0: { color: 'cyan' },
  series1: { color: 'magenta' },
  series2: { color: 'yellow' },
  series3: { color: 'green' },
  series4: { color: 'blue' },
  series5: { color: 'red' },
};

/** A meter's role: it turns at 80 % and 95 % of a budget. */
export const meterRole = (spent: number, budget: number | null): Role => {
  if (budget === null || budget <= 0) return 'money';
  const share = spent / budget;
  if (share >= 0.95) return 'danger';
  return share >= 0.8 ? 'warn' : 'money';
};

const seriesGlyphs = ['●', '◆', '▲', '■', '○', '×'] as const;

export type SeriesStyle = { readonly glyph: string; readonly role: SeriesRole };

/** The built-in implementations have their own, whoever stands beside them. */
const reserved: Readonly<Record<string, number>> = { hnsw: 0, naive: 1 };

/**
 * Marker and colour of each series, by the implementation it shows: the same ones on every screen that shows the same implementations, in
 * whatever order. A second series of one implementation gets a place of its own.
 */
export const seriesStyles = (impls: readonly string[]): readonly SeriesStyle[] => {
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
  let next = Object.keys(reserved).length;
  for (const { n } of order) if (places[n] === -1) take(n, next++);
  return places.map(styleAt);
};

/** Both differ, so that either alone is enough. */
const styleAt = (index: number): SeriesStyle => {
  const n = index % seriesGlyphs.length;
  return { glyph: seriesGlyphs[n] as string, role: `series${n}` as SeriesRole };
};
