import { count, money } from '../../../src/text/format.ts';
import { type AtRecall, atRecall, levelsOf } from '../../../src/workloads/bench/compare/at-recall.ts';
import { isSame, ratioOf, type Surroundings } from '../../../src/workloads/bench/compare/confidence.ts';
import { levelText, qpsRange, ratioRange, ratioText, readingText, sameMark } from '../../../src/workloads/bench/compare/words.ts';
import type { Point } from '../../../src/workloads/bench/events.ts';
import { dollarsPerMillion, thousandPerDollar } from '../../../src/workloads/bench/query-price.ts';
import { cells, dim, type Line, line, type Span, span } from '../../app/text.ts';
import { type SeriesStyle, seriesStyles } from './series-styles.ts';

/** "43.1k–75.2k", and the gap before it. */
const rangeWidth = 13;

/** How many times as fast as `b`, from and to, with ≈ where that leaves open which is faster; blank where one does not get there. */
const ratioCells = (a: AtRecall | undefined, b: AtRecall | undefined): readonly [Span, Span] => {
  if (!a?.reached || !b?.reached) return [dim(''), dim('')];
  const ratio = ratioOf(a.qps.value, a.doubt, b.qps.value, b.doubt);
  return [dim(`${ratioText(ratio.value)} ${isSame(ratio) ? sameMark : ' '}`), dim(ratioRange(ratio))];
};

const priceWidth = 11;

/** Of the fastest there, on one container the cheapest; the second is QP$ as VectorDBBench has it, in thousands. */
const priceColumns: readonly { readonly title: string; readonly text: (qps: number, perHour: number) => string }[] = [
  { title: '$ per 1M', text: (qps, perHour) => money(dollarsPerMillion(qps, perHour)) },
  { title: 'QP$', text: (qps, perHour) => count(Math.round(thousandPerDollar(qps, perHour))) },
];

const priceCell = (values: readonly AtRecall[], perHour: number, text: (qps: number, perHour: number) => string): string => {
  const best = Math.max(0, ...values.map(value => (value.reached ? value.qps.value : 0)));
  return best === 0 ? '' : text(best, perHour);
};

/**
 * A row a level, a column an implementation that has points, how many times as fast the first is as the last (or as `rival`, where that is shown),
 * and where the run was billed (`perHour`, dollars) what the queries of the fastest cost.
 */
export const atRecallLines = (
  points: readonly Point[],
  names: readonly string[],
  columns: number,
  surroundings: Surroundings = {},
  perHour = 0,
  rival?: string,
): readonly Line[] => {
  const measured = names.filter(name => points.some(({ impl }) => impl === name));
  // "1,234,567", and a column more where all of them have it.
  const found = points.some(({ target_recall: target }) => target !== undefined);
  const least = Math.max(found ? 11 : 9, ...measured.map(name => name.length + 2));
  const room = columns - 14 - 10;
  const width = Math.max(least, Math.min(10, Math.floor(room / measured.length) - 2));
  const most = Math.max(1, Math.floor(room / (width + 2)));
  const shown = measured.slice(0, most);
  const [first] = shown;
  const last = shown.find(name => name === rival) ?? shown.at(-1);
  const ratio = first !== undefined && last !== undefined && first !== last;
  const right = (columnWidth: number) => ({ width: columnWidth, align: 'right' as const });
  // Where there is room: what a million queries cost, the interval of the ratio, QP$, the interval of each figure.
  const used = 10 + shown.length * (width + 2) + 12;
  const priceRoom = perHour > 0 ? priceWidth : 0;
  const withRange = ratio && used + priceRoom + rangeWidth <= columns;
  const usedToo = used + (withRange ? rangeWidth : 0);
  const priced = perHour > 0 ? priceColumns.filter((_, n) => usedToo + (n + 1) * priceWidth <= columns) : [];
  const withEach = (withRange || !ratio) && usedToo + priced.length * priceWidth + shown.length * rangeWidth <= columns;
  const layout = [
    { width: 10 },
    ...shown.flatMap(() => [right(width), ...(withEach ? [right(rangeWidth - 2)] : [])]),
    right(10),
    ...(withRange ? [right(rangeWidth - 2)] : []),
    ...priced.map(() => right(priceWidth - 2)),
  ];
  const styles = seriesStyles(names);
  const head = cells(
    [
      dim('at recall'),
      ...shown.flatMap((name): readonly Span[] => {
        const { glyph, role } = styles[names.indexOf(name)] as SeriesStyle;
        return [span(role, `${glyph} ${name}`), ...(withEach ? [dim('from–to')] : [])];
      }),
      dim(ratio ? `× ${last}  ` : ''),
      ...(withRange ? [dim('from–to')] : []),
      ...priced.map(({ title }) => dim(title)),
    ],
    layout,
  );
  const rows = levelsOf(points).map(level => {
    const values = shown.map(name =>
      atRecall(
        points.filter(({ impl }) => impl === name),
        level,
        surroundings,
      ),
    );
    return cells(
      [
        levelText(level),
        ...values.flatMap((value): readonly Span[] => [
          value.reached ? { text: readingText(value) } : dim('–'),
          ...(withEach ? [dim(value.reached ? qpsRange(value.qps) : '')] : []),
        ]),
        ...(ratio ? ratioCells(values[0], values[shown.indexOf(last)]).slice(0, withRange ? 2 : 1) : [dim('')]),
        ...priced.map(({ text }) => dim(priceCell(values, perHour, text))),
      ],
      layout,
    );
  });
  const left = measured.length - shown.length;
  return [head, ...rows, ...(left > 0 ? [line(dim(`${left} more in a wider terminal`))] : [])];
};
