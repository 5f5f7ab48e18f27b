/** The curves of two trainings over each other, a look each. Pure. */
import { lookMetric, metricNames, seriesNamed } from '../../../src/workloads/train/curves.ts';
import { inOrder, metricLabel } from '../../../src/workloads/train/metric-words.ts';
import type { TrainRun } from '../../../src/workloads/train/spec.ts';
import { type Line, line } from '../../app/text.ts';
import { chartGrid } from '../../components/curve/chart-grid.ts';
import type { Chart } from '../../components/curve/chart-lines.ts';
import { curveStyle, legend } from '../../components/curve/curve-style.ts';
import { curvesOf, stepSpan } from './charts.ts';
import { namesLine } from './compare-lines.ts';

/** Of a run all seeds look alike: what is compared is the runs. */
const overlaid = (runs: readonly TrainRun[], name: string): Chart => ({
  title: metricLabel(name),
  beside: legend(['A', 'B'].slice(0, runs.length)),
  curves: runs.flatMap((run, n) => seriesNamed(run.results, run.spec.seeds, name).flatMap(one => curvesOf(one, curveStyle(n), false))),
  span: [0, Math.max(...runs.map(run => stepSpan(run)[1]))],
});

/** dev AUROC first: it is what they are compared by; the others in their order, as many as there is room for. */
export const overlayView = (runs: readonly TrainRun[], columns: number, height: number): readonly Line[] => {
  const names = inOrder(runs.flatMap(run => metricNames(run.results)));
  const ordered = [...names.filter(name => name === lookMetric), ...names.filter(name => name !== lookMetric)];
  return [
    namesLine(runs.map(({ run }) => run)),
    line(''),
    ...chartGrid(
      ordered.map(name => overlaid(runs, name)),
      columns,
      height - 2,
    ),
  ].slice(0, height);
};
