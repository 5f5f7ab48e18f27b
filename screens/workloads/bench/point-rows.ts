import { count, latency, percent } from '../../../src/text/format.ts';
import { bounded, doubtOf, type Surroundings } from '../../../src/workloads/bench/compare/confidence.ts';
import { qpsRange } from '../../../src/workloads/bench/compare/words.ts';
import type { Point } from '../../../src/workloads/bench/events.ts';
import { recall } from '../../../src/workloads/bench/recall-text.ts';
import { type Column, cells, dim, type Line, type Span, span } from '../../app/text.ts';
import { fitting, settingsForms } from './point-settings.ts';
import { type SeriesStyle, seriesStyles } from './series-styles.ts';

/** All are numbers, and stand at the right of their column. */
type Field = {
  readonly title: string;
  readonly width: number;
  readonly text: (point: Point, surroundings: Surroundings) => string;
};

const always: readonly Field[] = [
  { title: 'recall', width: 6, text: point => recall(point.recall) },
  { title: 'QPS', width: 9, text: point => count(point.qps) },
  { title: 'from–to', width: 11, text: (point, around) => qpsRange(bounded(point.qps, doubtOf(point, around))) },
  { title: 'p95', width: 8, text: point => latency(point.latency_ms?.p95) },
  { title: 'build s', width: 7, text: point => point.build_seconds.toFixed(point.build_seconds < 10 ? 2 : 1) },
  { title: 'index MB', width: 8, text: point => (point.index_bytes / 1e6).toFixed(1) },
];
/** What an operating point was found for stands before its recall. */
const targetField: Field = { title: 'for', width: 5, text: ({ target_recall: target }) => target?.toString() ?? '' };
/** Of implementations that tell it; others among them have a dash. */
const told: readonly (Field & { readonly of: (point: Point) => number | undefined })[] = [
  {
    title: 'kB/query',
    width: 8,
    of: point => point.query_bytes,
    text: ({ query_bytes: bytes }) => (bytes === undefined ? '–' : (bytes / 1e3).toFixed(1)),
  },
  {
    title: 'limit',
    width: 5,
    of: point => point.limit_share,
    text: ({ limit_share: share }) => (share === undefined ? '–' : percent(share)),
  },
];

const fieldsOf = (points: readonly Point[]): readonly Field[] => [
  ...always,
  ...told.filter(({ of }) => points.some(point => of(point) !== undefined)),
];

/** However narrow it is: recall and QPS. */
const fewest = 2;

/** With the mark of its series; of what only a first pass says, with an ellipsis instead. */
const nameOf = (point: Point, names: readonly string[]): Span => {
  if (point.provisional) return dim(`… ${point.impl}`);
  const { glyph, role } = seriesStyles(names)[Math.max(0, names.indexOf(point.impl))] as SeriesStyle;
  return span(role, `${glyph} ${point.impl}`);
};

const nameColumn = (names: readonly string[], most: number): number => Math.min(most, Math.max(6, ...names.map(name => name.length + 2)));

/** Everything about a point that the width allows: headings, then rows. */
export const pointTable = (
  points: readonly Point[],
  names: readonly string[],
  columns: number,
  surroundings: Surroundings = {},
): { readonly head: Line; readonly rows: readonly Line[] } => {
  const nameWidth = nameColumn(names, 18);
  const forms = settingsForms(points);
  // The last form is for where leaving out columns does not help either.
  const least = Math.min(...forms.slice(0, 3).map(({ width }) => width));
  const roomBeside = (shown: readonly Field[]): number => columns - shown.reduce((sum, { width }) => sum + width + 2, nameWidth + 2);
  const sought = points.some(({ target_recall: target }) => target !== undefined);
  let shown = [...(sought ? [targetField] : []), ...fieldsOf(points)];
  while (shown.length > fewest + Number(sought) && roomBeside(shown) < least) shown = shown.slice(0, -1);
  const paramWidth = Math.max(6, roomBeside(shown));
  const layout: readonly Column[] = [
    { width: nameWidth },
    { width: paramWidth },
    ...shown.map(({ width }) => ({ width, align: 'right' as const })),
  ];
  const { heading, texts } = fitting(forms, paramWidth);
  return {
    head: cells([dim('impl'), dim(heading || 'parameters'), ...shown.map(({ title }) => dim(title))], layout),
    rows: points.map((point, n) =>
      cells([nameOf(point, names), dim(texts[n] ?? ''), ...shown.map(field => field.text(point, surroundings))], layout),
    ),
  };
};

/** Recall and QPS, and the gaps before the last three columns. */
const listRest = 6 + 8 + 6;

export type PointList = {
  /** In fewer a value is cut; the heading may be cut before. */
  readonly least: number;
  /** The heading, and the rows from the `above`-th on: the heading counts those that went before. */
  readonly lines: (columns: number, above?: number) => readonly Line[];
};

/** The short form beside a plot: `hnsw  efSearch=64  0.9919  6,410`. */
export const pointList = (points: readonly Point[], names: readonly string[]): PointList => {
  const forms = settingsForms(points).slice(-3);
  const nameWidth = nameColumn(names, 14);
  return {
    least: nameWidth + listRest + Math.max(0, ...(forms.at(-1)?.texts ?? []).map(text => text.length)),
    lines: (columns, above = 0) => {
      const paramWidth = Math.max(0, columns - nameWidth - listRest);
      const layout: readonly Column[] = [
        { width: nameWidth },
        { width: paramWidth },
        { width: 6, align: 'right' },
        { width: 8, align: 'right' },
      ];
      const { heading, texts } = fitting(forms, paramWidth);
      const rows = points.map((point, n) => [nameOf(point, names), dim(texts[n] ?? ''), recall(point.recall), count(point.qps)]);
      return [[dim(above > 0 ? `↑ ${above}` : 'point'), dim(heading), dim('recall'), dim('QPS')], ...rows.slice(above)].map(row =>
        cells(row, layout),
      );
    },
  };
};
