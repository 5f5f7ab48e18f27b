/** Two runs patient by patient, as a table. Pure. */
import { counted } from '../../../src/text/format.ts';
import { fraction, perDay } from '../../../src/workloads/evaluate/figures.ts';
import type { PairedRuns } from '../../../src/workloads/evaluate/paired.ts';
import { relation, signed, signedInterval } from '../../../src/workloads/evaluate/trained.ts';
import { syntheticWord } from '../../../src/workloads/evaluate/verdict.ts';
import { bold, dim, type LineLike, span } from '../../app/text.ts';
import type { TableCell, TableColumn } from '../../components/table/columns.ts';
import { tableLines } from '../../components/table/table-lines.ts';

const right = (title: string): TableColumn => ({ title, align: 'right', drop: 0 });

const figures: readonly (readonly [name: string, label: string, text: (value: number) => string, betterIs: 'more' | 'less'])[] = [
  ['auroc', 'AUROC', fraction, 'more'],
  ['f1', 'F1', fraction, 'more'],
  ['sensitivity', 'sensitivity', fraction, 'more'],
  ['precision', 'precision', fraction, 'more'],
  ['fa_per_day', 'FA/24h', perDay, 'less'],
];

/** Which is better, as far as the interval tells. */
const wordOf = (ends: readonly number[] | undefined, betterIs: 'more' | 'less'): TableCell => {
  const found = relation(ends);
  if (found === 'open') return { text: '≈ may be chance', role: 'dim' };
  const isB = (found === 'better') === (betterIs === 'more');
  return { text: `${isB ? 'B' : 'A'} is better`, role: 'ok' };
};

export const pairedLines = (
  { dataset, synthetic, patients, one, other, differences }: PairedRuns,
  columns: number,
): readonly LineLike[] => {
  const rows = figures.flatMap(([name, label, text, betterIs]): readonly (readonly TableCell[])[] => {
    const found = differences[name];
    if (found === undefined) return [];
    const ends = found.interval === null ? undefined : [found.interval.low, found.interval.high];
    const told = (value: number | null | undefined): string => (typeof value === 'number' ? text(value) : '–');
    return [
      [
        label,
        told(one.figures[name]),
        told(other.figures[name]),
        found.difference === null ? '–' : signed(found.difference),
        signedInterval(ends) || '–',
        found.difference === null ? '' : wordOf(ends, betterIs),
      ],
    ];
  });
  return [
    [bold(`test of ${dataset}`), dim(`  ${counted(patients, 'patient')}`), synthetic && span('warn', ` · ${syntheticWord}`)],
    ...tableLines(
      [{ title: 'figure', drop: 0 }, right('A'), right('B'), right('B - A'), { title: '95 %, paired', drop: 1 }, { title: '', drop: 0 }],
      rows,
      columns,
    ),
  ];
};

/** What the figures of a pair are. */
export const pairedRule = 'Of several seeds the mean. 95 %: draws of patients, the same for both; may be chance: the interval has 0 in it.';
