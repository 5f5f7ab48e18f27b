import { seriesPlaces } from '../../../src/workloads/bench/series-places.ts';
import type { SeriesRole } from '../../app/theme.ts';

/** Marker and colour of each series, by the implementation it shows: the same ones on every screen that shows the same implementations. */
export const seriesStyles = (impls: readonly string[]): readonly SeriesStyle[] => seriesPlaces(impls).map(styleAt);

/** Both differ, so that either alone is enough. */
const styleAt = (index: number): SeriesStyle => {
  const n = index % seriesGlyphs.length;
  return { glyph: seriesGlyphs[n] as string, role: `series${n}` as SeriesRole };
};

export const seriesGlyphs = ['●', '◆', '▲', '■', '○', '×'] as const;

export type SeriesStyle = { readonly glyph: string; readonly role: SeriesRole };
