/** An evaluation's result as lines: the verdict, the detectors, the patients with what went wrong in each. Pure. */
import { counted } from '../../../src/text/format.ts';
import { share } from '../../../src/workloads/evaluate/figures.ts';
import type { Matrix } from '../../../src/workloads/evaluate/matrix.ts';
import type { DetectorScore, EvaluateResults } from '../../../src/workloads/evaluate/results.ts';
import {
  askedRates,
  atThreshold,
  basisOf,
  basisWords,
  gaps,
  type Head,
  kindsText,
  rules,
  sensitivityAt,
  syntheticWord,
} from '../../../src/workloads/evaluate/verdict.ts';
import type { PatientRow } from '../../../src/workloads/evaluate/worst-first.ts';
import {
  bold,
  dim,
  fitLine,
  type Line,
  type LineLike,
  leftRight,
  line,
  lineWidth,
  type Span,
  span,
  textWidth,
  wrap,
} from '../../app/text.ts';
import { matrixLines } from './matrix-lines.ts';
import { patientLines, patientsNote } from './result-patients.ts';
import { detectorTable } from './result-table.ts';

export type Shown = {
  /** Of the dataset that is shown. */
  readonly results: EvaluateResults;
  readonly dataset: string;
  /** The run has other datasets too. */
  readonly several: boolean;
  readonly synthetic: boolean;
  /** The first words, and of which detector they speak; undefined before there is one. */
  readonly head: Head | undefined;
  /** Where several models were trained and tested. */
  readonly matrix?: Matrix | undefined;
  /** Whose patients are shown. */
  readonly detector: DetectorScore | undefined;
  readonly rows: readonly PatientRow[];
  readonly cursor: number;
  readonly live: boolean;
  /** What the job warned of. */
  readonly warnings: readonly string[];
};

/** Before there is a score: what will come, or that nothing does. */
const empty = ({ results, live }: Pick<Shown, 'results' | 'live'>, columns: number): readonly Line[] => {
  const text = live
    ? results.judged.length === 0
      ? 'Scores come here once the recordings were judged: a line a detector, then the patients, worst first.'
      : `${counted(results.judged.length, 'recording')} judged so far. The detectors are scored once all of them are.`
    : 'No detector was scored. l shows the log; R goes on with a run that stopped.';
  return wrap(text, columns).map(part => line(part));
};

const sensitivities = (score: DetectorScore, columns: number): Line => {
  const parts = askedRates.map(rate => `${rate} FA ${share(sensitivityAt(score, rate))}`);
  return line([dim(columns < 70 ? 'sens at  ' : 'sensitivity at  '), parts.join('  ')]);
};

/** What is cut where there is little room is the words, never the mark behind them. */
const leftmost = (words: LineLike, mark: Span | undefined, columns: number): Line => {
  const behind = line([mark]);
  return [...fitLine(line(words), columns - lineWidth(behind)), ...behind];
};

/** By whose rules, behind the first line that has room for it; else on its own. */
const withRules = (lines: readonly Line[], columns: number): readonly Line[] => {
  const at = lines.findIndex(one => lineWidth(one) + textWidth(rules) + 2 <= columns);
  return at < 0 ? [...lines, line(dim(rules))] : lines.with(at, leftRight(lines[at] ?? [], dim(rules), columns));
};

/** Exactly as many lines as there is something to say in; the list of patients takes what is left of `height`. */
export const evaluationLines = (shown: Shown, columns: number, height: number): readonly Line[] => {
  const { results, detector, rows, cursor, synthetic, dataset, several, warnings } = shown;
  if (detector === undefined) return empty(shown, columns);
  const basis = basisOf(results);
  const mark = synthetic ? span('warn', ` · ${syntheticWord}`) : undefined;
  const isBest = shown.head?.detector === detector;
  const head = wrap(shown.head?.text ?? '', columns).map(part => line(bold(part)));
  const on = line([dim(`test${several ? ` of ${dataset}` : ''}`), mark, dim(basis.recordings > 0 ? ` · ${basisWords(basis)}` : '')]);
  const own = wrap(`${isBest ? '' : `${detector.title} `}${atThreshold(detector)}`, columns).map(part => line(part));
  const notes = [...gaps(results.detectors, basis), ...warnings].flatMap(text =>
    wrap(`! ${text}`, columns).map(part => line(span('warn', part))),
  );
  const table = detectorTable(results.detectors, detector.detector, synthetic, columns);
  const patients = (room: number): readonly Line[] => [
    leftmost([!isBest && dim(`${detector.title}: `), ...patientsNote(rows, columns)], mark, columns),
    ...patientLines(rows, cursor, columns, room - 1),
  ];
  // What goes first where there is little room: the gaps, then what the table says as well, then the table.
  const least = Math.min(7, rows.length + 2);
  const kinds = kindsText(detector) === '' ? [] : wrap(kindsText(detector), columns).map(part => line(part));
  const figures = withRules([on, ...own, sensitivities(detector, columns), ...kinds], columns);
  const matrix = shown.matrix === undefined ? [] : matrixLines(shown.matrix, columns);
  const layouts: readonly (readonly Line[])[] = [
    ...(matrix.length > 0 ? [[...head, ...figures, ...notes, line(''), ...table, line(''), ...matrix, line('')]] : []),
    [...head, ...figures, ...notes, line(''), ...table, line('')],
    [...head, ...figures, ...notes, ...table, line('')],
    [...head, ...figures, ...notes, ...table],
    [...head, ...figures, ...table],
    [...head, ...withRules([on], columns), ...table],
    [...head, ...withRules([on], columns)],
    head,
  ];
  const above = layouts.find(lines => lines.length + least <= height) ?? (head.length + 4 <= height ? head : head.slice(0, 1));
  return [...above, ...(rows.length === 0 ? [] : patients(height - above.length))].slice(0, height);
};
