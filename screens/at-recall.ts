/** Queries per second at given recalls, read off each implementation's front. Pure. */
import type { Point } from '../src/events/event.ts';
import { count } from '../src/money/format.ts';
import { paretoFront } from './components/plot/pareto.ts';
import { cells, dim, type Line, line, type Span, span } from './text.ts';
import { seriesStyle } from './theme.ts';

export const recallLevels = [0.9, 0.95, 0.99, 0.999] as const;

/** Log-linear between neighbours of the front; undefined when the recall is never reached. */
export const qpsAt = (points: readonly Pick<Point, 'recall' | 'qps'>[], level: number): number | undefined => {
  const front = paretoFront(points);
  const above = front.findIndex(({ recall }) => recall >= level);
  const right = front[above];
  if (right === undefined) return undefined;
  const left = front[above - 1];
  if (left === undefined || right.recall === level) return right.qps;
  const share = (level - left.recall) / (right.recall - left.recall);
  return Math.exp(Math.log(left.qps) + share * (Math.log(right.qps) - Math.log(left.qps)));
};

/** `1.24×`, `34.3×`, `312×`. */
export const ratioText = (ratio: number): string =>
  `${ratio < 9.995 ? ratio.toFixed(2) : ratio < 99.95 ? ratio.toFixed(1) : ratio.toFixed(0)}×`;

/** A row a level, a column an implementation, and how many times faster the first is than the last. */
export const atRecallLines = (points: readonly Point[], names: readonly string[], columns: number): readonly Line[] => {
  const width = Math.max(10, ...names.map(name => name.length + 2));
  const most = Math.max(1, Math.floor((columns - 14 - 10) / (width + 2)));
  const shown = names.slice(0, most);
  const [first, last] = [shown[0], shown.at(-1)];
  const ratio = first !== undefined && last !== undefined && first !== last;
  const layout = [{ width: 10 }, ...shown.map(() => ({ width, align: 'right' as const })), { width: 10, align: 'right' as const }];
  const head = cells(
    [
      dim('at recall'),
      ...shown.map((name): Span => {
        const { glyph, role } = seriesStyle(names.indexOf(name));
        return span(role, `${glyph} ${name}`);
      }),
      dim(ratio ? `× ${last}` : ''),
    ],
    layout,
  );
  const rows = recallLevels.map(level => {
    const values = shown.map(name =>
      qpsAt(
        points.filter(({ impl }) => impl === name),
        level,
      ),
    );
    const [a, b] = [values[0], values.at(-1)];
    return cells(
      [
        level.toString().padEnd(4, '0'),
        ...values.map((value): Span => (value === undefined ? dim('–') : { text: count(value) })),
        dim(ratio && a !== undefined && b !== undefined ? ratioText(a / b) : ''),
      ],
      layout,
    );
  });
  const left = names.length - shown.length;
  return [head, ...rows, ...(left > 0 ? [line(dim(`${left} more in a wider terminal`))] : [])];
};
