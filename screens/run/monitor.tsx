import { Box } from 'ink';
import { useState } from 'react';
import { silenceWords } from '../../src/orphans/silence.ts';
import { useCommands } from '../app/commands.tsx';
import { useMoment, useNow, useUi } from '../app/context.tsx';
import { failureLines } from '../components/failure.ts';
import { Frame, useBody } from '../components/frame.tsx';
import { Lines } from '../components/lines.tsx';
import { logMargin } from '../components/log/log-lines.ts';
import { LogPane } from '../components/log/log-pane.tsx';
import { useLog } from '../components/log/use-log.ts';
import { useSource } from '../components/log/use-source.ts';
import { waitLine } from '../components/wait.ts';
import { accountOf } from '../modal/use-modal.ts';
import { withProvisional } from '../workloads/bench/shown-dataset.ts';
import { useShownDataset } from '../workloads/bench/use-shown-dataset.ts';
import { budgetHelp, headLines, logHeight, type MonitorView, middleLines, monitorViews, usualView } from './monitor-lines.ts';
import { costLine, isLive, isPaid } from './run-facts.ts';
import { useBudget } from './use-budget.ts';
import { useDashboard } from './use-dashboard.ts';
import { useForecast } from './use-forecast.ts';
import { useRun } from './use-run.ts';
import { useRunCommands } from './use-run-commands.tsx';

/** A run at work: phases, points as they come, the log, time and cost. */
export const Monitor = ({ run }: { readonly run: string }) => {
  const { navigation, modal, size, now: clock } = useUi();
  const state = useRun(run);
  const body = useBody();
  const live = state === undefined || isLive(state);
  const now = useNow(live);
  const moment = useMoment(now);
  const [openedAt] = useState(clock);
  const [chosen, setView] = useState<MonitorView>();
  const view = chosen ?? (state === undefined ? 'both' : usualView(state));
  const source = useSource(run, state);
  const forecast = useForecast(state, moment);
  const head = { forecast, silence: state === undefined ? undefined : silenceWords(state, moment), rows: body.height };
  const below = logHeight(state, view, moment, body.columns, body.height, head);
  const log = useLog({
    run,
    state,
    height: below - 1,
    columns: body.columns - logMargin,
    source: source.source.id,
    wrapped: false,
  });
  const actions = useRunCommands(state === undefined ? [] : [state]);
  const dashboard = useDashboard(state);
  const budget = useBudget(state, moment);
  // While it runs, what is measured now, as far as it is.
  const { shown, next } = useShownDataset(state && withProvisional(state), 'newest');

  useCommands('monitor', {
    ...log.commands,
    result: () => navigation.push({ screen: 'result', run }),
    'full-log': () => navigation.push({ screen: 'log', run }),
    'log-source': source.next,
    points: () => setView(monitorViews[(monitorViews.indexOf(view) + 1) % monitorViews.length] ?? 'both'),
    'next-dataset': next,
    containers:
      state !== undefined && !isPaid(state)
        ? 'The run is on this machine: it has no containers.'
        : () => setView(view === 'containers' ? 'both' : 'containers'),
    dashboard,
    'raise-budget': budget.open,
    stop: actions.stop,
    resume: actions.resume,
    'runs-list': () => navigation.reset({ screen: 'runs' }),
  });

  return (
    <Frame
      crumbs={['runs', run]}
      {...(state === undefined ? {} : { cost: costLine(state, moment, { account: accountOf(modal), columns: size.columns, forecast }) })}
      prompt={budget.line ?? log.prompt.line}
    >
      {({ columns, height }) => {
        if (actions.question !== undefined) return actions.question({ columns, height });
        if (state === undefined) return <Lines columns={columns} lines={[waitLine(`Opening ${run}`, openedAt, now, 'under a second')]} />;
        // What the image's builder says last, for whoever reads another text meanwhile.
        const building = source.source.id === 'image' ? log.snapshot.lines.at(-1) : undefined;
        const top = headLines(state, moment, columns, { ...head, building });
        const room = Math.max(1, height - top.length - below - 2);
        const middle =
          budget.line !== undefined
            ? budgetHelp(state, moment, columns).slice(0, room)
            : state.failure === undefined
              ? middleLines(state, shown, view, now, columns, room)
              : failureLines(state.failure, 'l shows the log, R goes on with it, esc leaves it', columns).slice(0, room);
        return (
          <Box flexDirection="column">
            <Lines
              columns={columns}
              lines={[...top, '', ...middle, ...Array.from({ length: Math.max(0, room - middle.length) }, () => ''), '']}
            />
            <LogPane
              snapshot={log.snapshot}
              title={source.source.title}
              several={source.several}
              columns={columns}
              height={below}
              live={live}
              now={now}
            />
          </Box>
        );
      }}
    </Frame>
  );
};
