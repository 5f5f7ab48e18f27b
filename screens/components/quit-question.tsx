import { useState } from 'react';
import { toFailure } from '../../src/errors/errors.ts';
import type { RunState } from '../../src/runs/state.ts';
import { useUi } from '../app/context.tsx';
import { isPaid, titleOf } from '../run/run-facts.ts';
import type { Body } from './frame.tsx';
import { Question } from './question.tsx';

export type QuitQuestionProps = Body & {
  readonly live: readonly RunState[];
  /** The run on the screen, if there is one. */
  readonly focus: string | undefined;
  readonly onDetach: () => void;
  readonly onStopped: (run: string) => void;
  readonly onStay: () => void;
};

/** Leaving never ends a run by accident: Enter leaves it running. */
export const QuitQuestion = ({ live, focus, onDetach, onStopped, onStay, ...body }: QuitQuestionProps) => {
  const { services } = useUi();
  const [failure, setFailure] = useState<string>();
  const one = live.find(state => state.run === focus) ?? (live.length === 1 ? live[0] : undefined);
  const stop = (run: string) => {
    services.runs.stop(run).then(
      () => onStopped(run),
      error => setFailure(`It could not be stopped: ${toFailure(error).why}`),
    );
  };
  return (
    <Question
      {...body}
      scope="quit"
      title={live.length === 1 ? 'A run is at work' : `${live.length} runs are at work`}
      text={[
        ...live.slice(0, 4).map(state => `${state.run}  ${titleOf(state)}`),
        'It needs no terminal: leave, and come back to it with the command that is printed after leaving.',
        ...(live.some(isPaid) ? ['What runs on Modal goes on there, and is billed, until it is done or stopped.'] : []),
        ...(failure === undefined ? [] : [failure]),
      ]}
      handlers={{
        'quit-detach': onDetach,
        'quit-stop': one === undefined ? 'Open a run to stop it: several are at work.' : () => stop(one.run),
        'quit-stay': onStay,
      }}
    />
  );
};
