/** What the comparison of runs says. Pure. */

import { ago, count, latency, params, size } from '../../../src/text/format.ts';
import { intervalText, sameText } from '../../../src/workloads/bench/compare/certainty.ts';
import type { Comparison, Pair } from '../../../src/workloads/bench/compare/compare.ts';
import { type Ranking, rule } from '../../../src/workloads/bench/compare/competition.ts';
import type { Finding } from '../../../src/workloads/bench/compare/diagnosis.ts';
import { letterOf, type Series, settingOf } from '../../../src/workloads/bench/compare/series.ts';
import { standingsOf } from '../../../src/workloads/bench/compare/standing.ts';
import {
  differenceLines,
  levelText,
  placeText,
  qpsRange,
  questionText,
  ratioRange,
  ratioText,
  readingText,
  sameMark,
  unfinishedText,
} from '../../../src/workloads/bench/compare/words.ts';
import { marksText } from '../../../src/workloads/bench/operating-points.ts';
import { recall } from '../../../src/workloads/bench/recall-text.ts';
import {
  bold,
  type Column,
  cells,
  dim,
  type Line,
  type LineLike,
  leftRight,
  line,
  lineWidth,
  type Span,
  span,
  truncate,
  wrap,
} from '../../app/text.ts';
import type { Role } from '../../app/theme.ts';
import { plotLines } from './plot.ts';
import { type SeriesStyle, seriesStyles } from './series-styles.ts';

export type CompareView = 'table' | 'plot' | 'notes' | 'rank';

/** The least rows that a plot is worth drawing in. */
const leastPlot = 8;

/** Who is who: a line a run. */
const headLines = (comparison: Comparison, now: number, columns: number): readonly Line[] => {
  const { runs } = comparison;
  return runs.map((run, n) => {
    const unfinished = unfinishedText(run);
    const letter = runs.length > 1 ? `${letterOf(n)} ` : '';
    const warning = unfinished === undefined ? '' : `  ${unfinished}`;
    const when = columns < 72 ? '' : dim(ago(run.endedAt ?? run.createdAt, now));
    return leftRight([bold(`${letter}${run.run}`), span('warn', warning), dim(`  ${placeText(run, comparison)}`)], when, columns);
  });
};

/** Series that answer the question of `pair`: what one plot may show together. */
const together = ({ readings }: Comparison, { other }: Pair): readonly Series[] =>
  readings
    .map(({ series }) => series)
    .filter(
      ({ dataset, datasetSha, k, subset }) =>
        dataset === other.dataset && k === other.k && subset === other.subset && datasetSha === other.datasetSha,
    );

const styled = (series: Series, all: readonly Series[]): Span => {
  const { glyph, role } = seriesStyles(all.map(({ impl }) => impl))[Math.max(0, all.indexOf(series))] as SeriesStyle;
  return span(role, `${glyph} ${series.label}`);
};

/** The pair at each recall: both, the ratio with its interval, ≈ where which is faster was not measured. */
export const pairLines = (comparison: Comparison, pair: Pair, columns: number): readonly Line[] => {
  const { base, other, rows } = pair;
  const all = together(comparison, pair);
  // Room for the intervals of both.
  const wide = columns >= 92;
  const fixed = 6 + 6 + 12 + 1 + (wide ? 2 * 13 : 0) + 2 * (wide ? 7 : 5);
  const width = Math.max(11, Math.min(30, Math.floor((columns - fixed) / 2), Math.max(base.label.length, other.label.length) + 2));
  const right = (columnWidth: number): Column => ({ width: columnWidth, align: 'right' });
  const interval = wide ? [right(13)] : [];
  const layout: readonly Column[] = [{ width: 6 }, right(width), ...interval, right(width), ...interval, right(6), right(12), { width: 1 }];
  const range = (text: string): readonly Span[] => (wide ? [dim(text)] : []);
  const head = cells(
    [dim('recall'), styled(base, all), ...range('from–to'), styled(other, all), ...range('from–to'), dim('ratio'), dim('from–to'), ''],
    layout,
  );
  return [
    head,
    ...rows.map(row =>
      cells(
        [
          levelText(row.level),
          row.base.reached ? readingText(row.base) : dim(readingText(row.base)),
          ...range(row.base.reached ? qpsRange(row.base.qps) : ''),
          row.other.reached ? readingText(row.other) : dim(readingText(row.other)),
          ...range(row.other.reached ? qpsRange(row.other.qps) : ''),
          row.ratio === undefined
            ? dim('–')
            : row.same
              ? ratioText(row.ratio.value)
              : span(row.ratio.value > 1 ? 'ok' : 'warn', ratioText(row.ratio.value)),
          dim(row.ratio === undefined ? '' : ratioRange(row.ratio)),
          row.same ? sameMark : '',
        ],
        layout,
      ),
    ),
  ];
};

/** A mark and a text that goes on below itself. */
const marked = (mark: Span, text: string, columns: number): readonly LineLike[] =>
  wrap(text, Math.max(8, columns - 2)).map((part, n) => [n === 0 ? mark : '  ', part]);

const findingMarks: Readonly<Record<Finding['weight'], readonly [mark: string, role: Role]>> = {
  warn: ['! ', 'warn'],
  hint: ['→ ', 'accent'],
  fact: ['· ', 'dim'],
};

/** What differs, then what the figures say: each as lines of its own. */
const notes = (comparison: Comparison, findings: readonly Finding[], columns: number): readonly (readonly LineLike[])[] => [
  ...differenceLines(comparison).map(({ weight, text }) =>
    weight === 'question' ? marked(span('danger', '✗ '), `not comparable: ${text}`, columns) : marked(span('warn', '! '), text, columns),
  ),
  ...findings.map(({ weight, text }) => {
    const [mark, role] = findingMarks[weight];
    return marked(span(role, mark), text, columns);
  }),
];

const plot = (comparison: Comparison, pair: Pair, columns: number, height: number): readonly Line[] => {
  const all = together(comparison, pair);
  const points = all.flatMap(({ points: own, label }) => own.map(point => ({ ...point, impl: label })));
  return plotLines(
    points,
    { columns, height },
    all.map(({ label }) => label),
    all.map(({ impl }) => impl),
  );
};

const explanation = ({ readings }: Comparison): readonly string[] => [
  ...marksText(readings.flatMap(({ series }) => series.points)),
  intervalText,
  sameText,
];

/** Everything there is to say about the figures, in full; scrolls. */
export const noteLines = (comparison: Comparison, findings: readonly Finding[], columns: number): readonly LineLike[] => [
  ...notes(comparison, findings, columns).flat(),
  '',
  ...explanation(comparison)
    .flatMap(text => wrap(text, columns))
    .map(dim),
];

/** The competition's ranking, with the reason for each place. */
export const rankLines = (rankings: readonly Ranking[], columns: number): readonly LineLike[] =>
  rankings.flatMap(({ dataset, ranked }, n): readonly LineLike[] => {
    const wide = columns >= 72;
    // The other columns below, and two blanks between each.
    const rest = wide ? 52 : 32;
    const name = Math.max(8, Math.min(columns - rest, Math.max(...ranked.map(({ series }) => series.label.length))));
    const right = (width: number): Column => ({ width, align: 'right' });
    const layout: readonly Column[] = [right(2), { width: name }, right(6), right(9), right(8), ...(wide ? [right(8), right(8)] : [])];
    const row = (texts: readonly (string | Span)[], more: readonly (string | Span)[]) => cells([...texts, ...(wide ? more : [])], layout);
    return [
      ...(n > 0 ? [''] : []),
      [bold(dataset), dim(`  recall@${rule.k} ≥ ${rule.recall.toFixed(2)}, then QPS, p95, index, build`)],
      row(['', dim('entry'), dim('recall'), dim('QPS'), dim('p95')], [dim('index'), dim('build s')]),
      ...ranked.flatMap(({ series, point, place, reason }): readonly LineLike[] => [
        row(
          [
            place === undefined ? span('danger', '✗') : `${place}`,
            truncate(series.label, name),
            recall(point.recall),
            count(point.qps),
            latency(point.latency_ms?.p95),
          ],
          [size(point.index_bytes), point.build_seconds.toFixed(1)],
        ),
        ...wrap(
          `${series.label.length > name ? params(point.params) : settingOf(series, point)} · ${reason}`,
          Math.max(8, columns - 4),
        ).map(part => [dim(`    ${part}`)]),
      ]),
    ];
  });

/** Table, notes and plot, as much of each as there is room for. */
export const compareLines = (
  comparison: Comparison,
  findings: readonly Finding[],
  place: number,
  view: 'table' | 'plot',
  now: number,
  columns: number,
  height: number,
): readonly LineLike[] => {
  const pair = comparison.pairs[place];
  const heads = headLines(comparison, now, columns);
  const shownHeads = heads.length > 4 ? [...heads.slice(0, 3), line(dim(`and ${heads.length - 3} more runs`))] : heads;
  if (pair === undefined) return [...shownHeads, '', 'These runs have nothing in common that could be compared.'];
  const many = comparison.pairs.length;
  const question = bold(questionText(pair.other));
  const names = dim(`${pair.other.label} / ${pair.base.label}`);
  const counter: Line = many > 1 ? [dim(`${place + 1} of ${many} ↑↓`)] : [];
  const one: Line = [question, { text: '  ' }, names];
  const fits = lineWidth(one) + 2 + lineWidth(counter) <= columns;
  const title = fits ? [leftRight(one, counter, columns)] : [leftRight(question, counter, columns), line(names)];
  if (view === 'plot') return [...title, ...plot(comparison, pair, columns, Math.max(1, height - title.length))];
  const table: readonly LineLike[] =
    pair.rows.length === 0 ? [span('danger', '✗ no ratio: they answer different questions')] : pairLines(comparison, pair, columns);
  const standings = standingsOf(comparison).flatMap(({ text }) => wrap(text, columns).map(bold));
  const above: readonly LineLike[] = [...shownHeads, ...standings, '', ...title, ...table];
  const said = notes(comparison, findings, columns);
  const all = said.flat();
  const left = height - above.length;
  // On a tall screen the notes stand in full and the plot has the rest; on a low one they give way to the plot, down to two lines.
  const withPlot = left - leastPlot - 1 >= 2;
  const forNotes = Math.max(0, withPlot ? left - leastPlot - 1 : left);
  const shown: readonly LineLike[] =
    all.length <= forNotes ? all : [...all.slice(0, Math.max(0, forNotes - 1)), dim(`n shows all ${said.length} notes`)].slice(0, forNotes);
  return [...above, ...shown, ...(withPlot ? ['', ...plot(comparison, pair, columns, left - shown.length - 1)] : [])];
};
