import { useState } from 'react';
import type { BenchResults } from '../../../src/workloads/bench/results.ts';
import type { BenchSpec } from '../../../src/workloads/bench/spec.ts';
import { useCommands } from '../../app/commands.tsx';
import { useMoment, useNow, useUi } from '../../app/context.tsx';
import { Frame, useBody } from '../../components/frame.tsx';
import { Lines } from '../../components/lines.tsx';
import { accountOf } from '../../modal/use-modal.ts';
import { costLine, isLive } from '../../run/run-facts.ts';
import { useDashboard } from '../../run/use-dashboard.ts';
import { useRunCommands } from '../../run/use-run-commands.tsx';
import { draftOf } from '../../wizard/draft-of.ts';
import type { ResultProps } from '../workload-screens.ts';
import { pointRoom, type ResultView, resultLines, resultViews } from './result-lines.ts';
import { seriesOf } from './series-order.ts';
import { nextDataset, shownDataset } from './shown-dataset.ts';

/** What a run measured: the table at recall levels, the plot, every point. */
export const BenchResult = ({ state }: ResultProps<BenchSpec, BenchResults>) => {
  const { navigation, setDraft, modal, size } = useUi();
  const { run } = state;
  const body = useBody();
  const now = useNow(isLive(state));
  const moment = useMoment(now);
  const [view, setView] = useState<ResultView>('both');
  const [top, setTop] = useState(0);
  const [dataset, setDataset] = useState<string>();
  const actions = useRunCommands([state], { onResumed: () => navigation.replace({ screen: 'monitor', run }) });
  const dashboard = useDashboard(state);
  const shown = shownDataset(state, dataset, 'first');
  const next = nextDataset(state, dataset, 'first');
  const total = shown.points.length;
  const page = pointRoom(body.height, body.columns, shown);
  const last = Math.max(0, total - page);
  const scroll = (to: number) => () => {
    setView('points');
    setTop(Math.max(0, Math.min(to, last)));
  };

  useCommands('result', {
    down: scroll(view === 'points' ? top + 1 : 0),
    up: scroll(top - 1),
    'page-down': scroll(top + page),
    'page-up': scroll(top - page),
    top: scroll(0),
    bottom: scroll(last),
    'next-dataset': 'none' in next ? next.none : () => setDataset(next.shown),
    view: () => setView(old => resultViews[(resultViews.indexOf(old) + 1) % resultViews.length] ?? 'both'),
    'full-log': () => navigation.push({ screen: 'log', run }),
    resume: actions.resume,
    dashboard,
    'runs-list': () => navigation.reset({ screen: 'runs' }),
    compare: total === 0 ? 'No point was measured yet.' : () => navigation.push({ screen: 'compare-with', kind: state.spec.kind, run }),
    again: () => {
      setDraft(draftOf(state.spec));
      navigation.reset({ screen: 'review' });
    },
  });

  return (
    <Frame crumbs={['runs', run, 'result']} cost={costLine(state, moment, { account: accountOf(modal), columns: size.columns })}>
      {({ columns, height }) => {
        const lines = resultLines(state, shown, seriesOf(state), view, Math.min(top, last), now, columns, height);
        return <Lines columns={columns} lines={lines} />;
      }}
    </Frame>
  );
};
