import { useState } from 'react';
import { useCommands } from '../app/commands.tsx';
import { useMoment, useNow, useUi } from '../app/context.tsx';
import { Frame, useBody } from '../components/frame.tsx';
import { Lines } from '../components/lines.tsx';
import { accountOf } from '../modal/use-modal.ts';
import { pointRoom, type ResultView, resultLines, resultViews } from '../workloads/bench/result-lines.ts';
import { draftOf } from '../workloads/bench/spec-to-draft.ts';
import { useShownDataset } from '../workloads/bench/use-shown-dataset.ts';
import { costLine, isLive, seriesOf } from './run-facts.ts';
import { useDashboard } from './use-dashboard.ts';
import { useRun } from './use-run.ts';
import { useRunCommands } from './use-run-commands.tsx';

/** What a run measured: the table at recall levels, the plot, every point. */
export const Result = ({ run }: { readonly run: string }) => {
  const { navigation, setDraft, modal, size } = useUi();
  const state = useRun(run);
  const body = useBody();
  const now = useNow(state !== undefined && isLive(state));
  const moment = useMoment(now);
  const [view, setView] = useState<ResultView>('both');
  const [top, setTop] = useState(0);
  const actions = useRunCommands(state === undefined ? [] : [state], {
    onResumed: () => navigation.replace({ screen: 'monitor', run }),
  });
  const dashboard = useDashboard(state);
  const { shown, next } = useShownDataset(state, 'first');
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
    'next-dataset': next,
    view: () => setView(old => resultViews[(resultViews.indexOf(old) + 1) % resultViews.length] ?? 'both'),
    'full-log': () => navigation.push({ screen: 'log', run }),
    resume: actions.resume,
    dashboard,
    'runs-list': () => navigation.reset({ screen: 'runs' }),
    compare: total === 0 ? 'No point was measured yet.' : () => navigation.push({ screen: 'compare-with', run }),
    again:
      state === undefined
        ? 'The run is still being read.'
        : () => {
            setDraft(draftOf(state.spec));
            navigation.reset({ screen: 'review' });
          },
  });

  return (
    <Frame
      crumbs={['runs', run, 'result']}
      {...(state === undefined ? {} : { cost: costLine(state, moment, { account: accountOf(modal), columns: size.columns }) })}
    >
      {({ columns, height }) => {
        if (state === undefined) return <Lines columns={columns} lines={['· Opening the result']} />;
        const lines = resultLines(state, shown, seriesOf(state), view, Math.min(top, last), now, columns, height);
        return <Lines columns={columns} lines={lines} />;
      }}
    </Frame>
  );
};
