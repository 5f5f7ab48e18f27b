/** Every metric that was told, a small chart each, as many as there is room for. Pure. */
import { metricNames } from '../../../src/workloads/train/curves.ts';
import type { TrainRun } from '../../../src/workloads/train/spec.ts';
import { dim, type Line, line } from '../../app/text.ts';
import { chartGrid, gridOf } from '../../components/curve/chart-grid.ts';
import { chartOf } from './charts.ts';

/** Metrics begin with `shown`, where there is no room for all of them; that there are others is said. */
export const metricView = (run: TrainRun, shown: string | undefined, columns: number, height: number): readonly Line[] => {
  const names = metricNames(run.results);
  const whole = gridOf(names.length, columns, height);
  if (whole.across * whole.down >= names.length)
    return chartGrid(
      names.map(name => chartOf(run, name)),
      columns,
      height,
    );
  const { across, down } = gridOf(names.length, columns, height - 1);
  const from = Math.max(0, names.indexOf(shown ?? ''));
  const wanted = [...names.slice(from), ...names.slice(0, from)].slice(0, across * down);
  const drawn = chartGrid(
    wanted.map(name => chartOf(run, name)),
    columns,
    height - 1,
  );
  return [...drawn, line(dim(`${wanted.length} of ${names.length} metrics: d goes on to the next`))];
};

/** The metric that is first in sight once the next is asked for; after the last comes the first. */
export const nextMetric = (run: TrainRun, shown: string | undefined): string | undefined => {
  const names = metricNames(run.results);
  return names[(Math.max(0, names.indexOf(shown ?? '')) + 1) % Math.max(1, names.length)];
};
