import type { ReactNode } from 'react';
import type { RunState } from '../../src/runs/state.ts';
import { type Handlers, useCommands } from '../app/commands.tsx';
import { useMoment, useNow, useUi } from '../app/context.tsx';
import { type Body, Frame } from '../components/frame.tsx';
import { accountOf } from '../modal/use-modal.ts';
import { draftOf } from '../wizard/spec-to-draft.ts';
import { costLine, isLive } from './run-facts.ts';
import { useDashboard } from './use-dashboard.ts';
import { useRunCommands } from './use-run-commands.tsx';

export type ResultFrameProps = {
  readonly state: RunState;
  /** What the workload's result can do beside what every one can. */
  readonly commands?: Partial<Handlers<'result'>>;
  /** `now`: unix milliseconds, renewed while the run is at work. */
  readonly children: (body: Body & { readonly now: number }) => ReactNode;
};

const all = 'All of it is shown.';

/** Around the result of any run: what it cost, its log, the same again. */
export const ResultFrame = ({ state, commands, children }: ResultFrameProps) => {
  const { navigation, setDraft, modal, size } = useUi();
  const { run } = state;
  const now = useNow(isLive(state));
  const moment = useMoment(now);
  const actions = useRunCommands([state], { onResumed: () => navigation.replace({ screen: 'monitor', run }) });
  const dashboard = useDashboard(state);

  useCommands('result', {
    down: all,
    up: all,
    'page-down': all,
    'page-up': all,
    top: all,
    bottom: all,
    view: all,
    'next-dataset': 'There is no other dataset.',
    compare: 'There is nothing to compare.',
    ...commands,
    'full-log': () => navigation.push({ screen: 'log', run }),
    resume: actions.resume,
    dashboard,
    'runs-list': () => navigation.reset({ screen: 'runs' }),
    again: () => {
      setDraft(draftOf(state.spec));
      navigation.reset({ screen: 'review' });
    },
  });

  return (
    <Frame crumbs={['runs', run, 'result']} cost={costLine(state, moment, { account: accountOf(modal), columns: size.columns })}>
      {body => children({ ...body, now })}
    </Frame>
  );
};
