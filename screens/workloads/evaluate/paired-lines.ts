/** Two runs patient by patient, as a table. Pure. */
import { counted } from '../../../src/text/format.ts';
import { fraction, perDay } from '../../../src/workloads/evaluate/figures.ts';
import type { PairedRuns } from '../../../src/workloads/evaluate/paired.ts';
import { relation } from '../../../src/workloads/evaluate/trained.ts';
import { syntheticWord } from '../../../src/workloads/evaluate/verdict.ts';
import { bold, dim, type LineLike, lineWidth, span } from '../../app/text.ts';
import { cellText, type TableCell, type TableColumn } from '../../components/table/columns.ts';
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

type Row = {
  readonly cells: readonly [label: string, a: string, b: string, difference: string];
  readonly interval: string;
  readonly word: TableCell;
};

const rowsOf = ({ one, other, differences }: PairedRuns): readonly Row[] =>
  figures.flatMap(([name, label, text, betterIs]): readonly Row[] => {
    const found = differences[name];
    if (found === undefined) return [];
    const { difference, interval } = found;
    const told = (value: number | null | undefined): string => (typeof value === 'number' ? text(value) : '–');
    // With as many digits as the figures themselves.
    const by = (value: number): string => `${value < 0 ? '-' : '+'}${text(Math.abs(value))}`;
    const ends = interval === null ? undefined : [interval.low, interval.high];
    const same = difference === 0 && (ends ?? []).every(end => end === 0);
    return [
      {
        cells: [label, told(one.figures[name]), told(other.figures[name]), difference === null ? '–' : same ? '0' : by(difference)],
        interval: same ? '' : ends === undefined ? '–' : `[${ends.map(by).join(', ')}]`,
        word: difference === null ? '' : same ? { text: 'the same', role: 'dim' } : wordOf(ends, betterIs),
      },
    ];
  });

const left: readonly TableColumn[] = [{ title: 'figure', drop: 0 }, right('A'), right('B'), right('B - A')];
const all: readonly TableColumn[] = [...left, { title: '95 %, paired', drop: 0 }, { title: '', drop: 0 }];

/** Where there is no room beside the figures, the interval stands below them. */
const belowEach = (rows: readonly Row[], columns: number): readonly LineLike[] => {
  const [head = [], ...lines] = tableLines(
    left,
    rows.map(({ cells }) => cells),
    columns,
  );
  return [
    [...head, dim('  below: 95 %, paired')],
    ...lines.flatMap((line, n): readonly LineLike[] => {
      const { interval = '', word = '' } = rows[n] ?? {};
      const shown = typeof word === 'string' ? word : word.role === undefined ? word.text : span(word.role, word.text);
      return cellText(word) === '' ? [line] : [line, ['  ', interval, interval === '' ? '' : '  ', shown]];
    }),
  ];
};

export const pairedLines = (pair: PairedRuns, columns: number): readonly LineLike[] => {
  const { dataset, synthetic, patients } = pair;
  const rows = rowsOf(pair);
  const whole = tableLines(
    all,
    rows.map(({ cells, interval, word }) => [...cells, interval, word]),
    columns,
  );
  return [
    [bold(`test of ${dataset}`), dim(`  ${counted(patients, 'patient')}`), synthetic && span('warn', ` · ${syntheticWord}`)],
    ...(whole.every(row => lineWidth(row) <= columns) ? whole : belowEach(rows, columns)),
  ];
};

/** What the figures of a pair are. */
export const pairedRule = 'Of several seeds the mean. 95 %: draws of patients, the same for both; may be chance: the interval has 0 in it.';
