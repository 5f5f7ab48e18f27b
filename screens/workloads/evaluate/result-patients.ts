/** The patients of a detector, the worst first, as a list with a cursor. Pure. */
import { counted } from '../../../src/text/format.ts';
import { clock, fraction, kindWords, span as stretch } from '../../../src/workloads/evaluate/figures.ts';
import type { TraceRef } from '../../../src/workloads/evaluate/results.ts';
import { type PatientRow, totalsOf } from '../../../src/workloads/evaluate/worst-first.ts';
import { cells, dim, type Line, line, type Span, span, textWidth } from '../../app/text.ts';
import { listOf } from '../../components/list.ts';

/** "miss 00:41–01:12 focal", "alarm 02:05" */
export const eventWords = (trace: TraceRef): string =>
  trace.what === 'miss' ? `miss ${stretch(trace)} ${kindWords(trace.kind)}`.trimEnd() : `alarm ${clock(trace.start)}`;

const events = ({ traces, seizures, found, alarms }: PatientRow): readonly Span[] => {
  if (traces.length > 0)
    return traces.flatMap((trace, n) => [
      ...(n === 0 ? [] : [dim(' · ')]),
      span(trace.what === 'miss' ? 'danger' : 'warn', eventWords(trace)),
    ]);
  if (found < seizures || alarms > 0) return [dim('no trace was kept')];
  return [span('ok', '✓'), dim(seizures === 0 ? ' no seizure, no false alarm' : ' all found, no false alarm')];
};

const heads = ['patient', 'seizures', 'found', 'false alarms', 'AUROC'] as const;

/** Heading and at most `height` − 1 lines. */
export const patientLines = (rows: readonly PatientRow[], cursor: number, columns: number, height: number): readonly Line[] => {
  const wide = columns >= 76;
  const titles = wide ? heads : (['patient', 'sz', 'found', 'FA'] as const);
  const name = Math.min(columns < 60 ? 12 : 22, Math.max(7, ...rows.map(({ patient }) => textWidth(patient))));
  const widths = titles.map((title, n) => ({
    width: n === 0 ? name : textWidth(title),
    align: n === 0 ? ('left' as const) : ('right' as const),
  }));
  const figures = ({ patient, seizures, found, alarms, auroc }: PatientRow): readonly string[] =>
    [patient, String(seizures), String(found), String(alarms), fraction(auroc)].slice(0, titles.length);
  return [
    [{ text: '  ' }, ...cells(titles.map(dim), widths), dim('  worst first')],
    ...listOf(rows.length, cursor, height - 1, n => {
      const row = rows[n];
      return row === undefined ? '' : [...cells(figures(row), widths), { text: '  ' }, ...events(row)];
    }),
  ];
};

/** What is over all of them, or that there is nothing to look at. */
export const patientsNote = (rows: readonly PatientRow[], columns: number): Line => {
  const { missed, alarms, traces } = totalsOf(rows);
  if (missed === 0 && alarms === 0) return line([span('ok', '✓ '), 'Nothing missed, no false alarm: no trace to look at']);
  const words = `${missed === 0 ? 'no seizure missed' : `${counted(missed, 'seizure')} missed`} · ${counted(alarms, 'false alarm')}${columns < 76 ? '' : ` in ${counted(rows.length, 'patient')}`}`;
  return line(dim(traces < missed + alarms ? `${words} · ${counted(traces, 'trace')} kept` : words));
};
