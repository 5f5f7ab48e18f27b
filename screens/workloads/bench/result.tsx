import type { BenchResults } from '../../../src/workloads/bench/results.ts';
import type { BenchSpec } from '../../../src/workloads/bench/spec.ts';
import { useUi } from '../../app/context.tsx';
import { useKept } from '../../app/use-kept.ts';
import { useBody } from '../../components/frame.tsx';
import { Lines } from '../../components/lines.tsx';
import { ResultFrame } from '../../run/result-frame.tsx';
import { useReport } from '../../run/use-report.ts';
import type { ResultProps } from '../workload-screens.ts';
import { pointRoom, type ResultView, resultLines, resultViews } from './result-lines.ts';
import { seriesOf } from './series-order.ts';
import { nextDataset, shownDataset } from './shown-dataset.ts';

/** What a run measured: the table at recall levels, the plot, every point. */
export const BenchResult = ({ state }: ResultProps<BenchSpec, BenchResults>) => {
  const { navigation, services } = useUi();
  const { run } = state;
  const body = useBody();
  const [view, setView] = useKept<ResultView>('view', 'both');
  const [top, setTop] = useKept('top', 0);
  const [dataset, setDataset] = useKept<string | undefined>('dataset', undefined);
  const shown = shownDataset(state, dataset, 'first');
  const next = nextDataset(state, dataset, 'first');
  const total = shown.points.length;
  const page = pointRoom(body.height, body.columns, shown);
  const last = Math.max(0, total - page);
  const report = useReport(() => services.workloads.bench.report(run));
  const scroll = (to: number) => () => {
    setView('points');
    setTop(Math.max(0, Math.min(to, last)));
  };

  const commands = {
    down: scroll(view === 'points' ? top + 1 : 0),
    up: scroll(top - 1),
    'page-down': scroll(top + page),
    'page-up': scroll(top - page),
    top: scroll(0),
    bottom: scroll(last),
    'next-dataset': 'none' in next ? next.none : () => setDataset(next.shown),
    view: () => setView(old => resultViews[(resultViews.indexOf(old) + 1) % resultViews.length] ?? 'both'),
    report: total === 0 ? 'No point was measured yet.' : report,
    compare:
      total === 0 ? 'No point was measured yet.' : () => navigation.push({ screen: 'compare-with', kind: state.spec.kind, run } as const),
  };

  return (
    <ResultFrame state={state} commands={commands}>
      {({ columns, height, now }) => (
        <Lines columns={columns} lines={resultLines(state, shown, seriesOf(state), view, Math.min(top, last), now, columns, height)} />
      )}
    </ResultFrame>
  );
};
