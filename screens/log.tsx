import { useCommands } from './commands.tsx';
import { Frame, useBody } from './components/frame.tsx';
import { LogPane } from './components/log/log-pane.tsx';
import { useLog } from './components/log/use-log.ts';
import { useNow } from './context.tsx';
import { costLine, isLive } from './run-facts.ts';
import { useRun } from './use-run.ts';

/** A run's log, full screen. */
export const Log = ({ run }: { readonly run: string }) => {
  const state = useRun(run);
  const live = state === undefined || isLive(state);
  const now = useNow(live);
  const body = useBody();
  const log = useLog(run, body.height - 1);
  useCommands('log', log.commands);
  return (
    <Frame crumbs={['runs', run, 'log']} {...(state === undefined ? {} : { cost: costLine(state, now) })} prompt={log.prompt.line}>
      {({ columns, height }) => <LogPane snapshot={log.snapshot} columns={columns} height={height} live={live} now={now} />}
    </Frame>
  );
};
