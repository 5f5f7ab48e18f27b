/** Sweep points as rows of text. Pure. */
import type { Point } from '../src/events/event.ts';
import { count, params, recall } from '../src/money/format.ts';
import { type Column, cells, dim, type Line, type Span, span } from './text.ts';
import { seriesStyle } from './theme.ts';

type Field = {
  readonly title: string;
  readonly width: number;
  readonly align?: 'right';
  /** Shown from this many columns on. */
  readonly from: number;
  readonly text: (point: Point) => string;
};

const latency = (point: Point): string => {
  const value = point.latency_ms.p95;
  return value === undefined ? '–' : value < 10 ? value.toFixed(2) : value.toFixed(1);
};

const fields: readonly Field[] = [
  { title: 'recall', width: 6, align: 'right', from: 0, text: point => recall(point.recall) },
  { title: 'QPS', width: 9, align: 'right', from: 0, text: point => count(point.qps) },
  { title: 'p95 ms', width: 6, align: 'right', from: 56, text: latency },
  { title: 'build s', width: 7, align: 'right', from: 66, text: point => point.build_seconds.toFixed(point.build_seconds < 10 ? 2 : 1) },
  { title: 'index MB', width: 8, align: 'right', from: 76, text: point => (point.index_bytes / 1e6).toFixed(1) },
];

/** The setting that changes along a sweep is what tells points apart; the build's are the same for all of them. */
const searchParams = (point: Point, varying: ReadonlySet<string>): string =>
  params(Object.fromEntries(Object.entries(point.params).filter(([name]) => varying.has(name)))) || params(point.params);

/** Names of parameters that differ between points of one implementation, in the order in which points have them. */
export const varyingParams = (points: readonly Point[]): ReadonlySet<string> => {
  const names = new Set(points.flatMap(point => Object.keys(point.params)));
  const varies = (name: string): boolean =>
    points.some(
      point => name in point.params && points.some(other => other.impl === point.impl && other.params[name] !== point.params[name]),
    );
  return new Set([...names].filter(varies));
};

const nameOf = (point: Point, names: readonly string[]): Span => {
  const { glyph, role } = seriesStyle(Math.max(0, names.indexOf(point.impl)));
  return span(role, `${glyph} ${point.impl}`);
};

/** Everything about a point that the width allows: headings, then rows. */
export const pointTable = (
  points: readonly Point[],
  names: readonly string[],
  columns: number,
): { readonly head: Line; readonly rows: readonly Line[] } => {
  const nameWidth = Math.min(18, Math.max(6, ...names.map(name => name.length + 2)));
  const shown = fields.filter(({ from }) => columns >= from);
  const rest = shown.reduce((sum, { width }) => sum + width + 2, nameWidth + 2);
  const paramWidth = Math.max(6, columns - rest);
  const layout: readonly Column[] = [
    { width: nameWidth },
    { width: paramWidth },
    ...shown.map(({ width, align }) => (align === undefined ? { width } : { width, align })),
  ];
  const varying = varyingParams(points);
  return {
    head: cells([dim('impl'), dim('parameters'), ...shown.map(({ title }) => dim(title))], layout),
    rows: points.map(point => {
      const whole = params(point.params);
      const text = whole.length <= paramWidth ? whole : searchParams(point, varying);
      return cells([nameOf(point, names), dim(text), ...shown.map(field => field.text(point))], layout);
    }),
  };
};

/** The short form beside a plot: `hnsw  efSearch=64  0.9919  6,410`. */
export const pointList = (
  points: readonly Point[],
  names: readonly string[],
  columns: number,
): { readonly head: Line; readonly rows: readonly Line[] } => {
  const nameWidth = Math.min(14, Math.max(6, ...names.map(name => name.length + 2)));
  const paramWidth = Math.max(0, columns - nameWidth - 6 - 8 - 6);
  const varying = varyingParams(points);
  const layout: readonly Column[] = [
    { width: nameWidth },
    { width: paramWidth },
    { width: 6, align: 'right' },
    { width: 8, align: 'right' },
  ];
  const texts = points.map(point => searchParams(point, varying));
  // Where the names do not fit, the heading has them and the rows have the values alone.
  const short = texts.some(text => text.length > paramWidth);
  const values = ({ params: all }: Point) => {
    const named = [...varying];
    return named.some(name => name in all) ? named.map(name => String(all[name] ?? '–')) : [];
  };
  return {
    head: cells([dim('point'), dim(short ? [...varying].join(' ') : ''), dim('recall'), dim('QPS')], layout),
    rows: points.map((point, n) =>
      cells(
        [nameOf(point, names), dim(short ? values(point).join(' ') : (texts[n] ?? '')), recall(point.recall), count(point.qps)],
        layout,
      ),
    ),
  };
};
