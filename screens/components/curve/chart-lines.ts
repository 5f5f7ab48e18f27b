/** Curves over steps as lines of text. What is measured is the caller's matter: any name, any unit. Pure. */

import { countAxis, rangeOf, shortFigure, valueAxis } from '../../../src/text/axis.ts';
import type { Scale } from '../../../src/text/scale.ts';
import { dim, fitLine, type Line, type LineLike, leftRight, line, lineWidth, padStart, textWidth } from '../../app/text.ts';
import type { Role } from '../../app/theme.ts';
import { type Canvas, createCanvas } from '../plot/canvas.ts';
import { tickLabels } from '../plot/tick-labels.ts';
import type { CurveStyle } from './curve-style.ts';

export type Curve = {
  /** Counts, such as steps; where they go back, the curve begins anew. */
  readonly xs: readonly number[];
  /** As many; what is not finite leaves a gap. */
  readonly ys: readonly number[];
  readonly style: CurveStyle;
  /** Its glyph stands on it, so that it is told from others without colour: at its last value, and on the way so many columns apart. */
  readonly glyphs?: number;
  /** Single dots in place of a line: what is noisy, behind where it goes. */
  readonly dots?: boolean;
};

export type Mark = { readonly x: number; readonly y: number; readonly glyph: string; readonly role: Role };

export type Chart = {
  readonly title: LineLike;
  /** At the right of the title. */
  readonly beside?: LineLike;
  /** The last is drawn over the others. */
  readonly curves: readonly Curve[];
  /** What stands in the place of curves that have no value yet. */
  readonly empty?: string;
  readonly marks?: readonly Mark[];
  /** The first and the last step. @default those of the curves */
  readonly span?: readonly [number, number];
};

/** Below these a chart is its title alone. */
const least = { columns: 12, height: 4 };

/** 0…1 on both axes; in a gap `y` is not finite. */
type Place = { readonly x: number; readonly y: number };

const draw = (canvas: Canvas, places: readonly Place[], role: Role, dots: boolean): void => {
  let from: Place | undefined;
  for (const place of places) {
    if (Number.isFinite(place.y)) {
      const begin = dots || from === undefined || place.x < from.x ? place : from;
      canvas.line(begin.x, begin.y, place.x, place.y, role);
    }
    from = Number.isFinite(place.y) ? place : undefined;
  }
};

/** At the last place, and from column `first` on at some before it, `apart` columns from each other and from the last. */
const mark = (canvas: Canvas, places: readonly Place[], { glyph, role }: CurveStyle, first: number, apart: number, width: number): void => {
  const known = places.filter(({ y }) => Number.isFinite(y));
  const last = known.at(-1);
  let next = first;
  for (const place of known) {
    const column = place.x * width;
    if (place !== last && (column < next || column > (last?.x ?? 0) * width - apart)) continue;
    canvas.marker(place.x, place.y, glyph, role);
    next = column + apart;
  }
};

/** The title stays; what stands beside it goes where there is no room for both. */
const headingOf = (title: LineLike, beside: LineLike, columns: number): Line => {
  const [left, right] = [line(title), line(beside)];
  return lineWidth(left) + lineWidth(right) + 2 <= columns ? leftRight(left, right, columns) : fitLine(left, columns);
};

/** Of a single value, or one that never changes: it in the middle, with a tenth above and below it, so that heights mean something. */
const flatAxis = (values: readonly number[]): Scale | undefined => {
  const [low, high] = rangeOf(values);
  if (high - low > Math.max(Math.abs(low), Math.abs(high)) * 1e-9) return undefined;
  if (high === 0) {
    const ticks = [0, 1].map(value => ({ label: String(value), at: value }));
    return { at: () => 0, ticks };
  }
  const around = Math.abs(high) / 10;
  const ticks = [-1, 0, 1].map(side => ({ label: shortFigure(high + side * around), at: (side + 1) / 2 }));
  return { at: () => 0.5, ticks };
};

/** Exactly `height` lines, none wider than `columns`, whatever there is to draw. */
export const chartLines = (
  { title, beside = '', curves, empty = 'no value yet', marks = [], span }: Chart,
  columns: number,
  height: number,
): readonly Line[] => {
  const filled = (lines: readonly Line[]): readonly Line[] =>
    [...lines, ...Array.from({ length: Math.max(0, height) }, () => line(''))].slice(0, Math.max(0, height));
  const heading = headingOf(title, beside, columns);
  const ys = curves.flatMap(curve => curve.ys).filter(Number.isFinite);
  if (columns < least.columns || height < least.height) return filled([heading]);
  if (ys.length === 0) return filled([heading, fitLine([dim(empty)], columns)]);

  const rows = height - 2;
  const y = flatAxis(ys) ?? valueAxis(ys, rows);
  const labels = new Map(y.ticks.map(({ label, at }) => [Math.round((1 - at) * (rows - 1)), label]));
  const labelWidth = Math.max(0, ...y.ticks.map(({ label }) => textWidth(label)));
  const width = Math.max(1, columns - labelWidth - 3);
  const [low, high] = span ?? rangeOf(curves.flatMap(curve => curve.xs));
  const x = countAxis(low, high, width);

  const canvas = createCanvas(width, rows);
  const drawn = curves.map(curve => ({
    ...curve,
    places: curve.xs.map((step, n): Place => ({ x: x.at(step), y: Number.isFinite(curve.ys[n]) ? y.at(curve.ys[n] ?? 0) : Number.NaN })),
  }));
  for (const { places, style, dots = false } of drawn) draw(canvas, places, dots ? 'dim' : style.role, dots);
  // Over all lines, so that each has its own colour; those of curves that lie on each other stand apart.
  for (const [index, { places, style, glyphs }] of drawn.entries())
    if (glyphs !== undefined) mark(canvas, places, style, (index * glyphs) / curves.length, glyphs, width);
  for (const { x: step, y: value, glyph, role } of marks) if (Number.isFinite(value)) canvas.marker(x.at(step), y.at(value), glyph, role);

  return filled([
    heading,
    ...Array.from({ length: rows }, (_, n): Line => {
      const label = labels.get(n);
      return [dim(`${padStart(label ?? '', labelWidth)} ${label === undefined ? '│' : '┤'}`), ...canvas.row(n)];
    }),
    [dim(tickLabels(x.ticks, width, labelWidth + 2).text)],
  ]);
};
