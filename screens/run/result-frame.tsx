import type { ReactNode } from 'react';
import type { RunState } from '../../src/runs/state.ts';
import { type Handlers, useCommands } from '../app/commands.tsx';
import { type Body, Frame } from '../components/frame.tsx';
import { useResult } from './use-result.ts';

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
  const { now, cost, again, general } = useResult(state);

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
    report: 'There is no report of it.',
    ...commands,
    ...general,
    again,
  });

  return (
    <Frame crumbs={['runs', state.run, 'result']} cost={cost}>
      {body => children({ ...body, now })}
    </Frame>
  );
};
