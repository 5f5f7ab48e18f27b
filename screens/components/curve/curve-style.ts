/** How curves of one chart are told apart: by a glyph each, by colour beside it. Pure. */
import type { Line } from '../../app/text.ts';
import { span } from '../../app/text.ts';
import type { SeriesRole } from '../../app/theme.ts';

/** Their ASCII twins differ from each other and from the one of ★. */
const glyphs = ['●', '▲', '■', '○', '×', '▼'] as const;

export type CurveStyle = { readonly glyph: string; readonly role: SeriesRole };

export const curveStyle = (index: number): CurveStyle => {
  const n = index % glyphs.length;
  return { glyph: glyphs[n] as string, role: `series${n}` as SeriesRole };
};

/** "● 0  ▲ 1  ■ 2" */
export const legend = (names: readonly string[]): Line =>
  names.flatMap((name, n) => {
    const { glyph, role } = curveStyle(n);
    return [...(n === 0 ? [] : [{ text: '  ' }]), span(role, `${glyph} ${name}`)];
  });
