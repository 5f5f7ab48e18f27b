/** Charts beside and below each other. Pure. */
import { type Line, padLine } from '../../app/text.ts';
import { type Chart, chartLines } from './chart-lines.ts';

/** Columns between two blocks. */
export const gap = 3;

/** Side by side, each as wide as it is said. */
export const beside = (blocks: readonly { readonly lines: readonly Line[]; readonly columns: number }[]): readonly Line[] => {
  const height = Math.max(0, ...blocks.map(({ lines }) => lines.length));
  return Array.from({ length: height }, (_, n) =>
    blocks.flatMap(({ lines, columns }, at): Line => {
      const row = lines[n] ?? [];
      return at === blocks.length - 1 ? row : [...padLine(row, columns), { text: ' '.repeat(gap) }];
    }),
  );
};

/** So many blocks of one width, with gaps between them. */
export const shareOf = (columns: number, blocks: number): number => Math.floor((columns - gap * (blocks - 1)) / blocks);

/** A row of charts of one size. */
export const chartRow = (charts: readonly Chart[], columns: number, height: number): readonly Line[] => {
  const each = shareOf(columns, charts.length);
  return beside(charts.map(chart => ({ lines: chartLines(chart, each, height), columns: each })));
};

/** Below these a chart of a grid shows too little; where there is room for all, they grow. */
const least = { columns: 27, height: 5 };
const wanted = { height: 7 };
/** Charts in a row, at most: more of them would all be small. */
const mostAcross = 3;

/** How many charts of `count` there is room for, so many in a row. */
export const gridOf = (count: number, columns: number, height: number): { readonly across: number; readonly down: number } => {
  const across = Math.max(1, Math.min(count, mostAcross, Math.floor((columns + gap) / (least.columns + gap))));
  const all = Math.ceil(count / across);
  const fit = Math.floor(height / least.height) >= all ? all : Math.floor(height / wanted.height);
  return { across, down: Math.max(1, Math.min(all, fit)) };
};

/** As many of the charts as there is room for, the first first. */
export const chartGrid = (charts: readonly Chart[], columns: number, height: number): readonly Line[] => {
  const { across, down } = gridOf(charts.length, columns, height);
  const each = shareOf(columns, across);
  return Array.from({ length: down }, (_, row) => charts.slice(row * across, (row + 1) * across))
    .filter(row => row.length > 0)
    .flatMap(row => beside(row.map(chart => ({ lines: chartLines(chart, each, Math.floor(height / down)), columns: each }))));
};
