/** Loss and dev AUROC side by side, with what else is worth knowing at their right. Pure. */
import type { Now } from '../../../src/metering/plane-clock.ts';
import { lookMetric, metricNames } from '../../../src/workloads/train/curves.ts';
import { inOrder } from '../../../src/workloads/train/metric-words.ts';
import type { TrainRun } from '../../../src/workloads/train/spec.ts';
import { dim, fitLine, type Line, lineWidth } from '../../app/text.ts';
import { beside, chartGrid, chartRow, gap } from '../../components/curve/chart-grid.ts';
import { chartOf } from './charts.ts';
import { factLines } from './facts.ts';

/** Facts one behind the other, on as many lines as there are. */
const inline = (facts: readonly Line[], columns: number, rows: number): readonly Line[] => {
  const lines: Line[] = [];
  for (const fact of facts) {
    const last = lines.at(-1);
    if (last !== undefined && lineWidth(last) + 3 + lineWidth(fact) <= columns) lines[lines.length - 1] = [...last, dim(' · '), ...fact];
    else lines.push(fact);
  }
  return lines.slice(0, rows);
};

/** From so many columns on the facts have a column of their own, from so many more on a wide one. */
const factsFrom = { narrow: 72, wide: 96 };
const factColumns = { narrow: 25, wide: 32 };
/** Rows below which figures say more than curves would, and rows from which every metric has a chart. */
const low = 5;
const roomy = 20;

export const curveView = (run: TrainRun, columns: number, height: number, now: Now): readonly Line[] => {
  // Dev has its place before it was looked at: no other metric stands there for a while.
  const names = inOrder([...metricNames(run.results), lookMetric]);
  const charts = names.slice(0, 2).map(name => chartOf(run, name));
  const others = names.slice(2);
  if (height >= roomy && others.length > 0) {
    const above = Math.ceil(height * 0.55);
    const below = chartGrid(
      others.map(name => chartOf(run, name)),
      columns,
      height - above,
    );
    return [...curveView(run, columns, above, now), ...below];
  }
  if (columns >= factsFrom.narrow) {
    const room = columns >= factsFrom.wide ? factColumns.wide : factColumns.narrow;
    const left = columns - room - gap;
    return beside([
      { lines: chartRow(charts, left, height), columns: left },
      { lines: factLines(run, room, now).slice(0, height), columns: room },
    ]);
  }
  const rows = height < low ? height : height < low + 3 ? 1 : 2;
  const told = inline(factLines(run, columns, now), columns, rows);
  return [...(height < low ? [] : chartRow(charts, columns, height - told.length)), ...told].map(row => fitLine(row, columns));
};
