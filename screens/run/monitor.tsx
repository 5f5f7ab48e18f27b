import { Box } from 'ink';
import { useState } from 'react';
import { silenceWords } from '../../src/orphans/silence.ts';
import type { RunState } from '../../src/runs/state.ts';
import { workloadOf } from '../../src/workloads/registry.ts';
import { type Handler, useCommands } from '../app/commands.tsx';
import { useMoment, useNow, useUi } from '../app/context.tsx';
import { useKept } from '../app/use-kept.ts';
import { failureLines } from '../components/failure.ts';
import { Frame, useBody } from '../components/frame.tsx';
import { Lines } from '../components/lines.tsx';
import { logMargin } from '../components/log/log-lines.ts';
import { LogPane } from '../components/log/log-pane.tsx';
import { useLog } from '../components/log/use-log.ts';
import { useSource } from '../components/log/use-source.ts';
import { waitLine } from '../components/wait.ts';
import { accountOf } from '../modal/use-modal.ts';
import { screensOf } from '../workloads/registry.ts';
import { budgetHelp, containersView, headLines, logHeight, type MonitorView, middleLines, usualView, viewsOf } from './monitor-lines.ts';
import { costLine, isLive, isPaid } from './run-facts.ts';
import { useBudget } from './use-budget.ts';
import { useDashboard } from './use-dashboard.ts';
import { useForecast } from './use-forecast.ts';
import { useRun } from './use-run.ts';
import { useRunCommands } from './use-run-commands.tsx';

/** To the next of what the middle can show. */
const nextShown = (state: RunState | undefined, shown: string | undefined, show: (name: string) => void): Handler => {
  if (state === undefined) return 'The run is still being read.';
  const next = screensOf(state.spec).middle.next(state, shown);
  return 'none' in next ? next.none : () => show(next.shown);
};

/** Keys that help where a run failed; to go on with one that would end the same is none of them. */
const pressWords = (state: RunState): string =>
  `l shows the log, ${workloadOf(state.spec).anew?.(state) === undefined ? 'R goes on with it, ' : ''}esc leaves it`;

/** A run at work: phases, results as they come, the log, time and cost. */
export const Monitor = ({ run }: { readonly run: string }) => {
  const { navigation, modal, size, now: clock } = useUi();
  const state = useRun(run);
  const body = useBody();
  const live = state === undefined || isLive(state);
  const now = useNow(live);
  const moment = useMoment(now);
  const [openedAt] = useState(clock);
  const [chosen, setView] = useKept<MonitorView | undefined>('view', undefined);
  const view = chosen ?? (state === undefined ? '' : usualView(state));
  const source = useSource(run, state);
  const forecast = useForecast(state, moment);
  const head = { forecast, silence: state === undefined ? undefined : silenceWords(state, moment), rows: body.height };
  const grows = state !== undefined && view !== containersView && screensOf(state.spec).middle.grows === true;
  const [wantsLarge, setLarge] = useKept('large', false);
  const large = grows && wantsLarge;
  const below = large ? 0 : logHeight(state, view, moment, body.columns, body.height, head);
  const log = useLog({
    run,
    state,
    height: Math.max(1, below - 1),
    columns: body.columns - logMargin,
    source: source.source.id,
    wrapped: false,
  });
  const actions = useRunCommands(state === undefined ? [] : [state]);
  const dashboard = useDashboard(state);
  const budget = useBudget(state, moment);
  const [shown, setShown] = useKept<string | undefined>('shown', undefined);
  const views = state === undefined ? [] : viewsOf(state);

  useCommands('monitor', {
    ...log.commands,
    result: () => navigation.push({ screen: 'result', run }),
    'full-log': () => navigation.push({ screen: 'log', run }),
    'log-source': source.next,
    'middle-view':
      views.length === 1 && view === views[0] ? 'It has one view.' : () => setView(views[(views.indexOf(view) + 1) % views.length]),
    'middle-large': grows ? { label: large ? 'with the log' : 'large', run: () => setLarge(!large) } : 'All of it is shown beside the log.',
    'next-dataset': nextShown(state, shown, setShown),
    containers:
      state !== undefined && !isPaid(state)
        ? 'The run is on this machine: it has no containers.'
        : () => setView(view === containersView ? views[0] : containersView),
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
              ? middleLines(state, shown, view, moment, columns, room)
              : failureLines(state.failure, pressWords(state), columns).slice(0, room);
        return (
          <Box flexDirection="column">
            <Lines
              columns={columns}
              lines={[...top, '', ...middle, ...Array.from({ length: Math.max(0, room - middle.length) }, () => ''), '']}
            />
            {!large && (
              <LogPane
                snapshot={log.snapshot}
                title={source.source.title}
                several={source.several}
                columns={columns}
                height={below}
                live={live}
                now={now}
              />
            )}
          </Box>
        );
      }}
    </Frame>
  );
};
