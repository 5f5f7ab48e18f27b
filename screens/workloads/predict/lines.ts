/** What was found in each recording, the newest last. Pure. */
import { count, counted } from '../../../src/text/format.ts';
import { sum } from '../../../src/util/numbers.ts';
import type { PredictRun } from '../../../src/workloads/predict/spec.ts';
import { failedText, predictedText, warningsOf } from '../../../src/workloads/predict/words.ts';
import { dim, fitLine, type Line, line, span, wrap } from '../../app/text.ts';
import { bar } from '../../components/bar.ts';

/** How far it is, what to know about it, then the recordings: as many of the newest as there is room for. */
export const predictedLines = (run: PredictRun, columns: number, height: number): readonly Line[] => {
  const { predicted } = run.results;
  const total = run.spec.recordings.length;
  const seizures = sum(predicted.map(one => ('error' in one ? 0 : one.events.length)));
  const failed = failedText(predicted);
  const drawn = columns >= 60 ? [{ text: '  ' }, ...bar(predicted.length / total, 24)] : [];
  const head = [
    [{ text: `${count(predicted.length)} of ${counted(total, 'recording')} · ${counted(seizures, 'seizure')}` }, ...drawn],
    ...[...(failed === undefined ? [] : [failed]), ...warningsOf(run.spec)].flatMap(text =>
      wrap(`! ${text}`, columns).map(row => line(span('warn', row))),
    ),
  ];
  const rows = predicted.map(one => line('error' in one ? span('warn', predictedText(one)) : predictedText(one)));
  const room = height - head.length - 1;
  // The newest, below where the others are told.
  const shown = rows.length <= room ? rows : rows.slice(rows.length - Math.max(0, room - 1));
  const hidden = rows.length - shown.length;
  const others = hidden === 0 ? [] : [line(dim(`${counted(hidden, 'recording')} more: ann-tui results ${run.run}`))];
  return [...head, ...(room > 0 && rows.length > 0 ? [line(''), ...others, ...shown] : [])]
    .map(row => fitLine(row, columns))
    .slice(0, height);
};
