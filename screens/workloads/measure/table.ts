/** What each GPU was measured at, the most windows a dollar first. Pure. */
import { money, rate as perHour } from '../../../src/text/format.ts';
import { type Ranked, ranking } from '../../../src/workloads/measure/ranking.ts';
import type { MeasureRun } from '../../../src/workloads/measure/spec.ts';
import { about, absentText, gpuMemory, manyText, notesOf, rateText } from '../../../src/workloads/measure/words.ts';
import { dim, fitLine, type Line, line, span, wrap } from '../../app/text.ts';
import type { TableCell, TableColumn } from '../../components/table/columns.ts';
import { tableLines } from '../../components/table/table-lines.ts';

const columnsOf: readonly TableColumn[] = [
  { title: 'GPU', drop: 0 },
  { title: 'container', align: 'right', drop: 3 },
  { title: 'windows/s', align: 'right', drop: 0 },
  { title: 'windows a $', align: 'right', drop: 1 },
  { title: 'memory', align: 'right', drop: 5 },
  { title: '$ per 1,000 steps', align: 'right', drop: 4 },
  { title: 'training', align: 'right', drop: 2 },
  { title: 'cost', align: 'right', drop: 0 },
];

const none: TableCell = { text: '–', role: 'dim' };

const rateCell = (one: Ranked, over: boolean): TableCell => {
  if (one.measured !== undefined) return { text: rateText(one.measured.windows_per_s), role: 'ok' };
  if (one.why !== undefined) return { text: 'failed', role: 'warn' };
  return { text: absentText(one, over), role: 'dim' };
};

const cellsOf = (one: Ranked, best: boolean, over: boolean): readonly TableCell[] => {
  const { machine, measured, windowsPerDollar, dollarsPerThousandSteps, seconds, dollars } = one;
  const told = <T>(value: T | undefined, text: (of: T) => string): TableCell => (value === undefined ? none : text(value));
  return [
    `${machine.gpu}${best ? ' ★' : ''}`,
    perHour(machine.dollarsPerHour),
    rateCell(one, over),
    told(windowsPerDollar, manyText),
    told(measured?.memory_bytes, gpuMemory),
    told(dollarsPerThousandSteps, money),
    told(seconds, about.seconds),
    told(dollars, about.dollars),
  ];
};

/** The table, why some are not in it, and what its figures are. Where it is short of rows the end goes first. */
export const measuredLines = (run: MeasureRun, columns: number, height: number): readonly Line[] => {
  const ranked = ranking(run);
  const rows = ranked.map((one, at) => cellsOf(one, at === 0 && one.measured !== undefined, run.status === 'ended'));
  const failed = ranked.flatMap(({ machine, why }) =>
    why === undefined ? [] : wrap(`! ${machine.gpu}: ${why}`, columns).map(text => line(span('warn', text))),
  );
  const [best] = ranked;
  const star = best?.measured === undefined ? [] : wrap(`★ ${best.machine.gpu}: the most windows for a dollar.`, columns);
  const notes = [...star, ...notesOf(run, ranked).flatMap(text => wrap(text, columns))].map(text => line(dim(text)));
  return [...tableLines(columnsOf, rows, columns), ...(failed.length === 0 ? [] : [line(''), ...failed]), line(''), ...notes]
    .map(row => fitLine(row, columns))
    .slice(0, height);
};
