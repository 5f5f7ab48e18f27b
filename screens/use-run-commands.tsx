/** Stop, resume and remove, with the question before and the word after. */
import { type ReactNode, useState } from 'react';
import { toFailure } from '../src/errors.ts';
import { count } from '../src/money/format.ts';
import type { RunState } from '../src/runs/state.ts';
import type { Handler } from './commands.tsx';
import { useCommandCenter } from './commands.tsx';
import type { Body } from './components/frame.tsx';
import { Question } from './components/question.tsx';
import { useUi } from './context.tsx';
import { isLive, isPaid, titleOf } from './run-facts.ts';

type Asked = { readonly what: 'stop' | 'remove'; readonly state: RunState };

const questions = {
  stop: {
    title: (run: string) => `Stop ${run}?`,
    text: (state: RunState) => [
      titleOf(state),
      ...(isPaid(state)
        ? [
            `${count(state.points.length)} finished points are kept and brought home; R goes on with the rest later. A pass under way is dropped.`,
            'The containers leave within seconds; what ran until then is billed, nothing after.',
          ]
        : [`${count(state.points.length)} finished points are kept; R goes on with the rest later. Nothing is billed here either way.`]),
    ],
  },
  remove: {
    title: (run: string) => `Delete ${run} and its files?`,
    text: (state: RunState) => [
      titleOf(state),
      `Its ${count(state.points.length)} points, its log and its journal are deleted from this disk. This cannot be undone.`,
      ...(isPaid(state) ? [`What it left in the volume ${state.spec.cloud?.volumes.results ?? 'ann-results'} at Modal stays there.`] : []),
    ],
  },
} as const;

export type RunCommands = {
  readonly stop: Handler;
  readonly resume: Handler;
  readonly remove: Handler;
  /** Stands in the screen's place while it is asked. */
  readonly question: ((body: Body) => ReactNode) | undefined;
};

export const useRunCommands = (state: RunState | undefined, onResumed?: (run: string) => void): RunCommands => {
  const { services } = useUi();
  const { setNote } = useCommandCenter();
  const [asked, setAsked] = useState<Asked>();
  const tell = (error: unknown) => {
    const { what, why } = toFailure(error);
    setNote(`${what}: ${why}`);
  };
  const doIt = ({ what, state: { run } }: Asked) => {
    setAsked(undefined);
    services[what](run).then(() => setNote(what === 'stop' ? `${run} was asked to stop.` : `${run} was deleted.`), tell);
  };
  const none = 'No run is selected.';
  const live = state !== undefined && isLive(state);
  return {
    stop: state === undefined ? none : live ? () => setAsked({ what: 'stop', state }) : 'It is over already.',
    resume:
      state === undefined
        ? none
        : live
          ? 'It is at work.'
          : state.outcome === 'done'
            ? 'It is complete: nothing is left to do.'
            : () => {
                services.resume(state.run).then(() => {
                  setNote(`${state.run} goes on.`);
                  onResumed?.(state.run);
                }, tell);
              },
    remove: state === undefined ? none : live ? 'Stop it first: x.' : () => setAsked({ what: 'remove', state }),
    question:
      asked === undefined
        ? undefined
        : body => {
            const { title, text } = questions[asked.what];
            const words = { ...body, title: title(asked.state.run), text: text(asked.state) };
            const yes = () => doIt(asked);
            const no = () => setAsked(undefined);
            return asked.what === 'stop' ? (
              <Question {...words} scope="stop" handlers={{ 'stop-yes': yes, 'stop-no': no }} />
            ) : (
              <Question {...words} scope="confirm" handlers={{ 'confirm-yes': yes, 'confirm-no': no }} />
            );
          },
  };
};
