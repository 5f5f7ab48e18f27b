/** The middle of the monitor for a training: curves while it trains, then how it is judged. Pure. */
import { wallOf } from '../../../src/metering/plane-clock.ts';
import { asEvaluation } from '../../../src/workloads/train/as-evaluation.ts';
import { isJudging } from '../../../src/workloads/train/curves.ts';
import type { TrainResults } from '../../../src/workloads/train/results.ts';
import type { TrainRun, TrainSpec } from '../../../src/workloads/train/spec.ts';
import { dim, fitLine, type Line, line, wrap } from '../../app/text.ts';
import { evaluateLines, workLine } from '../evaluate/middle.ts';
import type { Middle } from '../workload-screens.ts';
import { checkView } from './check-view.ts';
import { checkpointView } from './checkpoint-view.ts';
import { curveView } from './curve-view.ts';
import { metricView, nextMetric } from './metric-view.ts';
import { seedView } from './seed-view.ts';

const waiting = 'Curves come here with the first steps.';

/** Before the first step: what is at work, and what will come. */
const before = (run: TrainRun, columns: number): readonly Line[] => {
  const work = workLine(asEvaluation(run));
  return [...(work === undefined ? [] : [work, '']), ...wrap(waiting, columns).map(dim)].map(like => fitLine(line(like), columns));
};

const judged = (run: TrainRun, columns: number, height: number): readonly Line[] =>
  isJudging(run.results, run.spec.seeds)
    ? evaluateLines(asEvaluation(run), columns, height)
    : wrap('Once it is trained, the best checkpoint of each seed and the baselines are judged, and stand here.', columns).map(text =>
        line(dim(text)),
      );

const isEmpty = ({ results: { series, evaluation, checked } }: TrainRun): boolean =>
  series.length + evaluation.judged.length + checked.length === 0;

const viewLines: Middle<TrainSpec, TrainResults>['lines'] = (run, shown, view, columns, height, now) => {
  if (run.spec.check === true) return checkView(run, columns, height);
  if (view === 'checkpoints') return checkpointView(run, columns, height, wallOf(now));
  if (view === 'seeds') return seedView(run, columns, height);
  if (view === 'evaluation') return judged(run, columns, height);
  if (run.results.series.length === 0) return before(run, columns);
  return view === 'metrics' ? metricView(run, shown, columns, height) : curveView(run, columns, height, now);
};

export const trainMiddle: Middle<TrainSpec, TrainResults> = {
  views: ['curves', 'metrics', 'checkpoints', 'seeds', 'evaluation'],
  usual: ({ results, spec }) => (isJudging(results, spec.seeds) ? 'evaluation' : 'curves'),
  grows: true,
  isEmpty,
  waiting,
  begun: () => '',
  lines: (run, shown, view, columns, height, now) => viewLines(run, shown, view, columns, height, now).slice(0, height),
  next: (run, shown) => {
    const next = nextMetric(run, shown);
    return next === undefined ? { none: 'No metric was told yet.' } : { shown: next };
  },
  bad: () => [],
};
