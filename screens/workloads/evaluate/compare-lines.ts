/** What the comparison of two evaluations says: what differs, then the detectors side by side. Pure. */

import { compareEvaluations, difference, type Pair, pairRule } from '../../../src/workloads/evaluate/compare.ts';
import { fraction, perDay, withInterval } from '../../../src/workloads/evaluate/figures.ts';
import type { PairedRuns } from '../../../src/workloads/evaluate/paired.ts';
import type { EvaluateRun } from '../../../src/workloads/evaluate/spec.ts';
import { rules, syntheticWord } from '../../../src/workloads/evaluate/verdict.ts';
import { syntheticOf } from '../../../src/workloads/prepare/data.ts';
import { bold, type Column, cells, dim, fitLine, type Line, type LineLike, line, type Span, span, wrap } from '../../app/text.ts';
import { pairedLines, pairedRule } from './paired-lines.ts';

const right = (width: number): Column => ({ width, align: 'right' });

const pairRows = (pairs: readonly Pair[], columns: number): readonly LineLike[] => {
  const wide = columns >= 100;
  const auroc: Column = wide ? { width: 20 } : right(5);
  const layout: readonly Column[] = [
    { width: Math.max(12, Math.min(32, columns - (wide ? 82 : 39))) },
    auroc,
    auroc,
    right(6),
    ...(wide ? [right(5), right(5)] : []),
    right(5),
    right(5),
  ];
  const shown = (score: Pair['a']): string => (wide ? withInterval(score?.auroc, score?.auroc_interval) : fraction(score?.auroc));
  return [
    cells(['detector', 'A', 'B', 'B - A', ...(wide ? ['F1 A', 'F1 B'] : []), 'FA A', 'FA B'].map(dim), layout),
    ...pairs.map(({ title, a, b }) =>
      cells(
        [
          title,
          shown(a),
          shown(b),
          difference(a?.auroc, b?.auroc),
          ...(wide ? [fraction(a?.f1), fraction(b?.f1)] : []),
          perDay(a?.fa_per_day),
          perDay(b?.fa_per_day),
        ],
        layout,
      ),
    ),
  ];
};

/** Patient by patient: what came of it, why it could not be, or undefined while it is at work. */
export type Paired = readonly PairedRuns[] | string | undefined;

const pairedRows = (paired: Paired, columns: number): readonly LineLike[] => {
  if (paired === undefined) return ['', dim('Comparing patient by patient.')];
  if (typeof paired === 'string') return ['', ...wrap(`Not compared patient by patient: ${paired}`, columns).map(dim)];
  return [...paired.flatMap(pair => ['', ...pairedLines(pair, columns)]), ...wrap(pairedRule, columns).map(dim)];
};

export const evaluationsCompared = (a: EvaluateRun, b: EvaluateRun, paired: Paired, columns: number): readonly Line[] => {
  const { refused, differences, pairs } = compareEvaluations(a, b);
  const synthetic = syntheticOf([...a.spec.data, ...b.spec.data]);
  const wrapped = (mark: Span, text: string): readonly LineLike[] =>
    wrap(text, Math.max(8, columns - 2)).map((part, n) => [n === 0 ? mark : '  ', part]);
  const datasets = [...new Set(pairs.map(({ dataset }) => dataset))];
  const lines: readonly LineLike[] = [
    [bold(`A ${a.run}`), '  ', bold(`B ${b.run}`)],
    '',
    ...refused.flatMap(text => wrapped(span('danger', '✗ '), `not comparable: ${text}`)),
    ...differences.flatMap(text => wrapped(span('warn', '! '), text)),
    ...(differences.length === 0 && refused.length === 0 ? [dim('They were set the same.')] : []),
    ...datasets.flatMap(dataset => [
      '',
      [bold(dataset), dim(`  AUROC${synthetic.has(dataset) ? ` · ${syntheticWord}` : ''}`)],
      ...pairRows(
        pairs.filter(pair => pair.dataset === dataset),
        columns,
      ),
    ]),
    ...(pairs.length === 0 ? [] : pairedRows(paired, columns)),
    ...(pairs.length === 0 ? [] : ['', ...wrap(`${rules}. FA: false alarms in 24 hours. ${pairRule}`, columns).map(dim)]),
  ];
  return lines.map(like => fitLine(line(like), columns));
};
