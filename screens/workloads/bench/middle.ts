/** The middle of the monitor for a benchmark: points as they come, as a list, a plot, or both. Pure. */
import type { Point } from '../../../src/workloads/bench/events.ts';
import type { BenchResults } from '../../../src/workloads/bench/results.ts';
import type { BenchRun } from '../../../src/workloads/bench/run.ts';
import type { BenchSpec } from '../../../src/workloads/bench/spec.ts';
import { dim, type Line, line, padLine, wrap } from '../../app/text.ts';
import type { Middle } from '../workload-screens.ts';
import { plotLines } from './plot.ts';
import { type PointList, pointList } from './point-rows.ts';
import { seriesOf } from './series-order.ts';
import { nextDataset, shownDataset, withProvisional } from './shown-dataset.ts';
import { verdictLines } from './verdict-lines.ts';

const waiting = 'Points come here as they are measured.';

const sideBySide = (left: readonly Line[], right: readonly Line[], leftColumns: number): readonly Line[] =>
  Array.from({ length: Math.max(left.length, right.length) }, (_, n) => [
    ...padLine(left[n] ?? [], leftColumns),
    { text: '  ' },
    ...(right[n] ?? []),
  ]);

/** The newest points last, the newest that fit. */
const listPart = (points: readonly Point[], list: PointList, columns: number, height: number): readonly Line[] => {
  if (points.length === 0) return wrap(waiting, columns).map(text => line(dim(text)));
  return list.lines(columns, Math.max(0, points.length - (height - 1)));
};

/** While it runs, what is measured now, as far as it is. */
const middleLines = (measured: BenchRun, name: string | undefined, view: string, columns: number, height: number): readonly Line[] => {
  const run = withProvisional(measured);
  const { points, heading } = shownDataset(run, name, 'newest');
  const names = seriesOf(run);
  const narrow = columns < 70;
  const room = height - heading.length;
  if (view === 'plot') return [...heading, ...plotLines(points, { columns, height: room }, names)];
  const list = pointList(points, names);
  if (view === 'list' || narrow || room < 6) return [...heading, ...listPart(points, list, Math.min(columns, 76), room)];
  const listColumns = Math.min(46, Math.floor(columns * 0.55), Math.max(Math.floor(columns * 0.46), list.least));
  const plotColumns = columns - listColumns - 2;
  const plot = plotLines(points, { columns: plotColumns, height: room }, names);
  return [...heading, ...sideBySide(plot, listPart(points, list, listColumns, room), plotColumns)];
};

export const benchMiddle: Middle<BenchSpec, BenchResults> = {
  views: ['both', 'plot', 'list'],
  isEmpty: run => withProvisional(run).results.points.length === 0,
  waiting,
  begun: ({ results: { provisional = [] } }) => (provisional.length === 0 ? '' : `, ${provisional.length} begun`),
  lines: middleLines,
  next: (run, name) => nextDataset(withProvisional(run), name, 'newest'),
  bad: verdictLines,
};
