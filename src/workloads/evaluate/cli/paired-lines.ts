/** Two runs patient by patient, in plain lines. Pure. */
import { type Column, table } from '../../../cli/text/table.ts';
import { counted } from '../../../text/format.ts';
import { fraction, perDay } from '../figures.ts';
import type { PairedRuns } from '../paired.ts';
import { relation } from '../trained.ts';
import { syntheticWord } from '../verdict.ts';

const right = (head: string): Column => ({ head, right: true });

const figures: readonly (readonly [name: string, head: string, text: (value: number) => string])[] = [
  ['auroc', 'AUROC', fraction],
  ['f1', 'F1', fraction],
  ['sensitivity', 'sensitivity', fraction],
  ['precision', 'precision', fraction],
  ['fa_per_day', 'false alarms in 24 h', perDay],
];

/** Whether an interval of a difference lies on one side of nothing. */
const wordOf = (ends: readonly number[] | undefined): string => (relation(ends) === 'open' ? 'may be chance' : '');

const pairedTable = ({ one, other, differences }: PairedRuns): readonly string[] =>
  table(
    [{ head: 'on test' }, right('A'), right('B'), right('B - A'), { head: '95 %, paired' }, { head: '' }],
    figures.flatMap(([name, head, text]) => {
      const found = differences[name];
      if (found === undefined) return [];
      const { difference, interval } = found;
      const ends = interval === null ? undefined : [interval.low, interval.high];
      const told = (value: number | null | undefined): string => (value === null || value === undefined ? '–' : text(value));
      const by = (value: number): string => `${value < 0 ? '-' : '+'}${text(Math.abs(value))}`;
      return [
        [
          head,
          told(one.figures[name]),
          told(other.figures[name]),
          difference === null ? '–' : by(difference),
          ends === undefined ? '' : `[${ends.map(by).join(', ')}]`,
          wordOf(ends),
        ],
      ];
    }),
  );

export const pairedLines = (pair: PairedRuns): readonly string[] => {
  const { dataset, synthetic, patients, recordings, one, other } = pair;
  const basis = `${dataset}: ${counted(patients, 'patient')}, ${counted(recordings, 'recording')}${synthetic ? ` · ${syntheticWord}` : ''}`;
  return [basis, `  A  ${one.titles.join('; ')}`, `  B  ${other.titles.join('; ')}`, ...pairedTable(pair)];
};

/** What the figures of a pair are. */
export const pairedRule =
  'Of several seeds the mean. 95 %: of draws of patients, the same for both; "may be chance": the interval has 0 in it.';
