import { useEffect, useMemo, useRef } from 'react';
import type { RunState } from '../../../src/runs/state.ts';
import { isEvaluateRun } from '../../../src/workloads/evaluate/spec.ts';
import { type Comparable, compareTrainings } from '../../../src/workloads/train/compare.ts';
import { isTrainRun } from '../../../src/workloads/train/spec.ts';
import { useCommands } from '../../app/commands.tsx';
import { useMoment, useNow, useUi } from '../../app/context.tsx';
import { dim, type Line, line, wrap } from '../../app/text.ts';
import { useKept } from '../../app/use-kept.ts';
import { useResource } from '../../app/use-resource.ts';
import { failureLines } from '../../components/failure.ts';
import { Frame, useBody } from '../../components/frame.tsx';
import { Lines } from '../../components/lines.tsx';
import { waitLine } from '../../components/wait.ts';
import { type Tested, trainingsCompared } from './compare-lines.ts';
import { overlayView } from './overlay.ts';

const only = 'Trainings are compared in one table; p shows their curves.';

const isComparable = (run: RunState): run is Comparable => isTrainRun(run) || isEvaluateRun(run);

const isScored = (run: Comparable): boolean => (isTrainRun(run) ? run.results.evaluation : run.results).detectors.length > 0;

/** Two trainings beside each other, or a training beside an evaluation; of more, the first two. */
export const CompareTrainings = ({ runs: names }: { readonly runs: readonly string[] }) => {
  const { runs = [], services, navigation } = useUi();
  const { columns, height } = useBody();
  const [top, setTop] = useKept('top', 0);
  const [plots, setPlots] = useKept('plots', false);
  const found = useMemo(
    () => names.flatMap((name): readonly Comparable[] => runs.filter(isComparable).filter(({ run }) => run === name)),
    [names, runs],
  );
  const [a, b] = found;
  const opened = useNow(false);
  const moment = useMoment(opened);
  const comparison = useMemo(() => (a === undefined || b === undefined ? undefined : compareTrainings(a, b, moment)), [a, b, moment]);
  const canPair = a !== undefined && b !== undefined && isScored(a) && isScored(b) && comparison?.refused.length === 0;
  const controller = useRef(new AbortController());
  useEffect(() => () => controller.current.abort(new Error('left')), []);
  const [pairs] = useResource(
    async () => (canPair ? await services.workloads.evaluate.paired(a.run, b.run, controller.current.signal) : []),
    canPair ? `${a.run} ${b.run}` : '',
  );
  const now = useNow(pairs.state === 'loading');

  const tested = (room: number): Tested => {
    if (comparison !== undefined && comparison.refused.length > 0)
      return { words: comparison.refused.flatMap(text => wrap(`✗ Figures of test are not compared: ${text}`, room)) };
    if (!canPair) return { words: [dim('Figures of test are compared once both have been tested.')] };
    if (pairs.state === 'loading') return { words: [waitLine('Comparing patient by patient', pairs.since, now, 'a few seconds')] };
    if (pairs.state === 'failed') return { words: failureLines(pairs.failure, 'esc goes back', room) };
    return { pairs: pairs.value };
  };

  const trainings = [a, b].filter(run => run !== undefined).filter(isTrainRun);
  const lines = (room: number, rows: number): readonly Line[] => {
    if (a === undefined || b === undefined || comparison === undefined)
      return [line('Two runs are compared: mark a training and another run.')];
    return plots ? overlayView(trainings, room, rows) : trainingsCompared([a.run, b.run], comparison, tested(room), room);
  };
  const count = lines(columns, height).length;
  // Where not all of it fits, the last row says so.
  const page = count > height ? height - 1 : height;
  const last = Math.max(0, count - page);
  const to = (place: number) => () => setTop(Math.max(0, Math.min(place, last)));

  useCommands('compare', {
    up: to(top - 1),
    down: to(top + 1),
    'page-up': to(top - page),
    'page-down': to(top + page),
    top: to(0),
    bottom: to(last),
    'compare-plot': trainings.length === 0 ? 'There are no curves to show.' : () => setPlots(!plots),
    'compare-notes': only,
    'compare-rank': only,
    'compare-baseline': only,
    'compare-open': b === undefined ? 'There is no run to open.' : () => navigation.push({ screen: 'result', run: b.run }),
  });

  return (
    <Frame crumbs={['runs', 'compare']}>
      {body => {
        const from = Math.min(top, last);
        const shown = lines(body.columns, body.height).slice(from, from + page);
        const more = count > height ? [dim(`  ↑↓ ${from + 1}–${from + shown.length} of ${count}`)] : [];
        return <Lines columns={body.columns} lines={[...shown, ...more]} />;
      }}
    </Frame>
  );
};
