/** The table of the detectors, in the width there is. Pure. */
import { fraction, perDay, share, withInterval } from '../../../src/workloads/evaluate/figures.ts';
import type { DetectorScore } from '../../../src/workloads/evaluate/results.ts';
import { askedRates, ranked, sensitivityAt, syntheticWord } from '../../../src/workloads/evaluate/verdict.ts';
import { accent, bold, cells, dim, type Line, textWidth } from '../../app/text.ts';
import { layOut, type TableColumn } from '../../components/table/columns.ts';

type DetectorColumn = TableColumn & { readonly of: (score: DetectorScore) => string };

const detectorColumn: DetectorColumn = { title: 'detector', drop: 0, shrink: 24, of: ({ title }) => title };

const allColumns: readonly DetectorColumn[] = [
  detectorColumn,
  { title: 'AUROC [95 %]', drop: 0, of: score => withInterval(score.auroc, score.auroc_interval) },
  { title: 'AUPRC', align: 'right', drop: 7, of: ({ auprc }) => fraction(auprc) },
  { title: 'F1', align: 'right', drop: 2, of: ({ f1 }) => share(f1) },
  { title: 'sens', align: 'right', drop: 3, of: ({ sensitivity }) => share(sensitivity) },
  { title: 'prec', align: 'right', drop: 4, of: ({ precision }) => share(precision) },
  { title: 'FA/24h', align: 'right', drop: 1, of: ({ fa_per_day }) => perDay(fa_per_day) },
  ...askedRates.map(rate => ({
    title: `@${rate}`,
    align: 'right' as const,
    drop: 8,
    of: (score: DetectorScore) => share(sensitivityAt(score, rate)),
  })),
  {
    title: 'latency s',
    align: 'right',
    drop: 9,
    of: ({ latency_seconds }) => (latency_seconds === undefined ? '–' : latency_seconds.toFixed(1)),
  },
];

/** Heading, and a line a detector, the highest AUROC first; ★ at the best on dev, the one whose patients are shown in bold, • where it is another. */
export const detectorTable = (
  detectors: readonly DetectorScore[],
  shown: string | undefined,
  synthetic: boolean,
  columns: number,
): readonly Line[] => {
  const scores = ranked(detectors);
  const named = synthetic ? allColumns.with(0, { ...detectorColumn, title: `detector · ${syntheticWord}` }) : allColumns;
  const columnsOf = columns < 70 ? named.with(1, { title: 'AUROC', align: 'right', drop: 0, of: ({ auroc }) => fraction(auroc) }) : named;
  const texts = scores.map(score => columnsOf.map(({ of }) => of(score)));
  // Two columns of marks before, and none behind the last.
  const laid = layOut(columnsOf, texts, columns);
  // Sensitivities stand together or not at all.
  const rates = laid.shown.filter(n => columnsOf[n]?.title.startsWith('@'));
  const kept = rates.length === askedRates.length ? laid.shown : laid.shown.filter(n => !rates.includes(n));
  const widths = kept.map(n => {
    const natural = Math.max(textWidth(columnsOf[n]?.title ?? ''), ...texts.map(row => textWidth(row[n] ?? '')));
    return { width: Math.min(natural, laid.limits[n] ?? natural), align: columnsOf[n]?.align ?? ('left' as const) };
  });
  const row = (of: readonly (string | ReturnType<typeof dim>)[]): Line => cells(of, widths);
  return [
    [{ text: '  ' }, ...row(kept.map(n => dim(columnsOf[n]?.title ?? '')))],
    ...scores.map((score, at): Line => {
      const own = score.detector === shown;
      const spans = row(kept.map(n => texts[at]?.[n] ?? ''));
      const mark = score.best ? '★ ' : own ? '• ' : '  ';
      return [own ? accent(mark) : { text: mark }, ...(own ? spans.map(({ text }) => bold(text)) : spans)];
    }),
  ];
};
