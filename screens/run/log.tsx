import { useCommands } from '../app/commands.tsx';
import { useMoment, useNow, useUi } from '../app/context.tsx';
import { Frame, useBody } from '../components/frame.tsx';
import { logMargin } from '../components/log/log-lines.ts';
import { LogPane } from '../components/log/log-pane.tsx';
import { useLog } from '../components/log/use-log.ts';
import { useSource } from '../components/log/use-source.ts';
import { accountOf } from '../modal/use-modal.ts';
import { costLine, isLive } from './run-facts.ts';
import { useDashboard } from './use-dashboard.ts';
import { useRun } from './use-run.ts';

/** A run's log, full screen. */
export const Log = ({ run }: { readonly run: string }) => {
  const state = useRun(run);
  const live = state === undefined || isLive(state);
  const now = useNow(live);
  const moment = useMoment(now);
  const body = useBody();
  const { modal, size } = useUi();
  const source = useSource(run, state);
  const log = useLog({
    run,
    state,
    height: body.height - 1,
    columns: body.columns - logMargin,
    source: source.source.id,
    wrapped: true,
  });
  const dashboard = useDashboard(state);
  useCommands('log', { ...log.commands, 'log-source': source.next, dashboard });
  return (
    <Frame
      crumbs={['runs', run, 'log']}
      {...(state === undefined ? {} : { cost: costLine(state, moment, { account: accountOf(modal), columns: size.columns }) })}
      prompt={log.prompt.line}
    >
      {({ columns, height }) => (
        <LogPane
          snapshot={log.snapshot}
          title={source.source.title}
          several={source.several}
          columns={columns}
          height={height}
          live={live}
          now={now}
        />
      )}
    </Frame>
  );
};
