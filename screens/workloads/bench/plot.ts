import { logScale } from '../../../src/text/scale.ts';
import { paretoFront } from '../../../src/workloads/bench/compare/pareto.ts';
import type { Point } from '../../../src/workloads/bench/events.ts';
import { recallScale } from '../../../src/workloads/bench/recall-scale.ts';
import { dim, type Line, leftRight, line, padStart, type Span, span, textWidth } from '../../app/text.ts';
import { createCanvas } from '../../components/plot/canvas.ts';
import { tickLabels } from '../../components/plot/tick-labels.ts';
import { type SeriesStyle, seriesStyles } from './series-styles.ts';

export type PlotSize = { readonly columns: number; readonly height: number };

/** Implementations in order of first appearance, or as `order` says: the place is the series' marker and colour. */
export const seriesNames = (points: readonly Point[], order: readonly string[] = []): readonly string[] => [
  ...new Set([...order, ...points.map(({ impl }) => impl)]),
];

const legend = (names: readonly string[], styles: readonly SeriesStyle[]): readonly Span[] =>
  names.flatMap((name, n) => {
    const { glyph, role } = styles[n] as SeriesStyle;
    return [span(role, `${glyph} ${name}`), { text: '  ' }];
  });

/** `impls`: which implementation each series of `order` shows, where its name is another. At least 24×6; below that it says so in a line. Returns exactly `height` lines. */
export const plotLines = (
  points: readonly Point[],
  { columns, height }: PlotSize,
  order: readonly string[] = [],
  impls: readonly string[] = order,
): readonly Line[] => {
  const filled = (lines: readonly Line[]): readonly Line[] =>
    [...lines, ...Array.from({ length: height }, () => line(''))].slice(0, height);
  if (columns < 24 || height < 6) return filled([line(dim('no room for the plot'))]);
  if (points.length === 0) return filled([line(dim('The plot begins with the first point.'))]);

  const names = seriesNames(points, order);
  const styles = seriesStyles(names.map((name, n) => impls[n] ?? name));
  const k = points[0]?.k ?? 10;
  const rows = height - 3;
  const y = logScale(
    points.map(({ qps }) => qps),
    rows,
  );
  const x = recallScale(points.map(({ recall }) => recall));
  const labelWidth = Math.max(...y.ticks.map(({ label }) => textWidth(label)));
  const width = columns - labelWidth - 3;
  const canvas = createCanvas(width, rows);

  const series = names.map((name, n) => ({ ...(styles[n] as SeriesStyle), own: points.filter(({ impl }) => impl === name) }));
  for (const { own, role } of series) {
    const front = paretoFront(own.filter(({ provisional }) => !provisional));
    for (const [n, point] of front.entries()) {
      const next = front[n + 1];
      if (next !== undefined) canvas.line(x.at(point.recall), y.at(point.qps), x.at(next.recall), y.at(next.qps), role);
    }
  }
  // The series with the fewest points last: where markers meet, it would be hidden whole.
  for (const { own, role, glyph } of series.toSorted((a, b) => b.own.length - a.own.length))
    for (const point of own) canvas.marker(x.at(point.recall), y.at(point.qps), glyph, point.provisional ? 'dim' : role);

  const labels = new Map(y.ticks.map(({ label, at }) => [Math.round((1 - at) * (rows - 1)), label]));
  const middle = Array.from({ length: rows }, (_, n): Line => {
    const label = labels.get(n);
    return [dim(`${padStart(label ?? '', labelWidth)} ${label === undefined ? '│' : '┤'}`), ...canvas.row(n)];
  });
  const under = tickLabels(x.ticks, width, labelWidth + 2);
  const axis = Array.from({ length: width }, (_, n) => (under.places.includes(n) ? '┬' : '─')).join('');
  return [
    leftRight(legend(names, styles), dim(columns < 60 ? `QPS by recall@${k}` : `QPS (log) by recall@${k}`), columns),
    ...middle,
    line(dim(`${' '.repeat(labelWidth + 1)}└${axis}`)),
    line(dim(under.text)),
  ];
};
