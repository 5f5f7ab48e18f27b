/** What the comparison of two trainings says: what differs, test patient by patient, then how they learnt and what it took. Pure. */
import { count, duration } from '../../../src/text/format.ts';
import { fraction } from '../../../src/workloads/evaluate/figures.ts';
import type { PairedRuns } from '../../../src/workloads/evaluate/paired.ts';
import { rules } from '../../../src/workloads/evaluate/verdict.ts';
import type { Figure, Learnt, TrainComparison } from '../../../src/workloads/train/compare.ts';
import { metricText } from '../../../src/workloads/train/metric-words.ts';
import { about, epochText } from '../../../src/workloads/train/money/words.ts';
import { bold, dim, fitLine, type Line, type LineLike, line, type Span, span, wrap } from '../../app/text.ts';
import { curveStyle } from '../../components/curve/curve-style.ts';
import type { TableColumn } from '../../components/table/columns.ts';
import { tableLines } from '../../components/table/table-lines.ts';
import { pairedLines, pairedRule } from '../evaluate/paired-lines.ts';

/** The two names, each with the glyph of its curves. */
export const namesLine = (names: readonly string[]): Line =>
  names.flatMap((name, n) => {
    const { glyph, role } = curveStyle(n);
    return [span(role, `${glyph} `), bold(`${n === 0 ? 'A' : 'B'} ${name}`), { text: '   ' }];
  });

const figureText = (figure: Figure | undefined, text: (value: number) => string): string =>
  figure === undefined ? '–' : `${text(figure.mean)}${figure.sd === undefined ? '' : ` ± ${text(figure.sd)}`}`;

const right = (title: string): TableColumn => ({ title, align: 'right', drop: 0 });

const learntRows: readonly (readonly [string, (one: Learnt) => string])[] = [
  ['best AUROC on dev', ({ dev }) => figureText(dev, fraction)],
  ['  at step', ({ bestStep }) => figureText(bestStep, value => count(Math.round(value)))],
  ['last loss', ({ loss }) => figureText(loss, value => metricText('loss', value))],
  ['parameters', ({ parameters }) => (parameters === undefined ? '–' : count(parameters))],
  ['windows/s', ({ rate }) => (rate === undefined ? '–' : metricText('windows_per_s', rate))],
  ['trained in', ({ seconds }) => (seconds === 0 ? '–' : duration(seconds))],
  ['billed', ({ billed, estimate }) => about(estimate, billed)],
  ['an epoch', ({ epochSeconds, epochDollars }) => epochText({ seconds: epochSeconds, dollars: epochDollars }) ?? '–'],
  ['billed to the best', ({ toBest, estimate }) => (toBest === undefined ? '–' : about(estimate, toBest))],
  ['  since the last gain', ({ sinceGain, estimate }) => (sinceGain === undefined ? '–' : about(estimate, sinceGain))],
];

const learnt = ({ a, b }: TrainComparison, columns: number): readonly Line[] =>
  tableLines(
    [{ title: 'training', drop: 0 }, right('A'), right('B')],
    learntRows.map(([label, of]) => [label, a === undefined ? '–' : of(a), b === undefined ? '–' : of(b)]),
    columns,
  );

/** What is known of the figures of test: the pairs, or why there are none (yet). */
export type Tested = { readonly pairs: readonly PairedRuns[] } | { readonly words: readonly LineLike[] };

export const trainingsCompared = (
  names: readonly string[],
  comparison: TrainComparison,
  tested: Tested,
  columns: number,
): readonly Line[] => {
  const { differences } = comparison;
  const marked = (mark: Span, text: string): readonly LineLike[] =>
    wrap(text, Math.max(8, columns - 2)).map((part, n) => [n === 0 ? mark : '  ', part]);
  const lines: readonly LineLike[] = [
    namesLine(names),
    '',
    ...differences.flatMap(text => marked(span('warn', '! '), text)),
    ...(differences.length === 0 ? [dim('They were set the same.')] : []),
    '',
    ...('words' in tested ? tested.words : tested.pairs.flatMap((pair, n) => [...(n > 0 ? [''] : []), ...pairedLines(pair, columns)])),
    '',
    ...learnt(comparison, columns),
    ...('words' in tested ? [] : ['', ...wrap(`${rules}. ${pairedRule}`, columns).map(dim)]),
  ];
  return lines.map(like => fitLine(line(like), columns));
};
