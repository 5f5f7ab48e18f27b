/** Stop, resume and remove, with the question before and the word after. Of several runs each is named; what costs nothing is resumed unasked. */
import { type ReactNode, useState } from 'react';
import { toFailure } from '../../src/errors/errors.ts';
import type { RunState } from '../../src/runs/state.ts';
import type { UnreadableRun } from '../../src/runs/store.ts';
import { counted } from '../../src/text/format.ts';
import { type Handler, useCommandCenter } from '../app/commands.tsx';
import { useUi } from '../app/context.tsx';
import type { Body } from '../components/frame.tsx';
import { isLive, isPaid } from './run-facts.ts';
import { RunQuestion, type RunQuestionKind } from './run-question.tsx';

type Asked = { readonly what: RunQuestionKind; readonly states: readonly RunState[]; readonly unreadable: readonly UnreadableRun[] };

export type RunCommandsOptions = {
  /** Hears which run goes on. */
  readonly onResumed?: (run: string) => void;
  /** Meant too; they can be removed, and nothing else. */
  readonly unreadable?: readonly UnreadableRun[];
};

export type RunCommands = {
  readonly stop: Handler;
  readonly resume: Handler;
  readonly remove: Handler;
  /** Stands in the screen's place while it is asked. */
  readonly question: ((body: Body) => ReactNode) | undefined;
};

const namesOf = (runs: readonly { readonly run: string }[]): readonly string[] => runs.map(({ run }) => run);

/** "bench-7f3a" or "3 runs" */
const named = (runs: readonly string[]): string => (runs.length === 1 ? (runs[0] ?? '') : counted(runs.length, 'run'));

/** Why nothing but `D` does anything to them; undefined where there is none. */
export const unreadableWords = (unreadable: readonly UnreadableRun[]): string | undefined =>
  unreadable.length === 0
    ? undefined
    : `${named(unreadable.map(({ run }) => run))} cannot be read: D deletes ${unreadable.length === 1 ? 'it' : 'them'}.`;

/** `states`: the runs that are meant, one or several. */
export const useRunCommands = (states: readonly RunState[], { onResumed, unreadable = [] }: RunCommandsOptions = {}): RunCommands => {
  const { services } = useUi();
  const { setNote } = useCommandCenter();
  const [asked, setAsked] = useState<Asked>();
  const single = states.length === 1;
  const live = states.filter(isLive);
  const open = states.filter(state => !isLive(state) && state.outcome !== 'done');

  /** One after the other; what failed is told, the others are done all the same. */
  const each = async (chosen: readonly string[], act: (run: string) => Promise<void>, said: (runs: readonly string[]) => string) => {
    const done: string[] = [];
    let trouble = '';
    for (const run of chosen) {
      try {
        await act(run);
        done.push(run);
      } catch (error) {
        const { what, why } = toFailure(error);
        trouble = `${what}: ${why}`;
      }
    }
    setNote([done.length === 0 ? '' : said(done), trouble].filter(Boolean).join(' '), trouble === '' ? 'done' : 'warning');
    return done;
  };
  const goOn = (chosen: readonly RunState[]) => {
    void each(
      namesOf(chosen),
      run => services.runs.resume(run),
      done => `${named(done)} ${done.length === 1 ? 'goes' : 'go'} on.`,
    ).then(([first]) => first !== undefined && onResumed?.(first));
  };
  const doIt = ({ what, states: chosen, unreadable: broken }: Asked) => {
    setAsked(undefined);
    if (what === 'resume') return goOn(chosen);
    void each(
      [...namesOf(chosen), ...namesOf(broken)],
      run => services.runs[what](run),
      done =>
        what === 'stop'
          ? `${named(done)} ${done.length === 1 ? 'was' : 'were'} asked to stop.`
          : `${named(done)} ${done.length === 1 ? 'was' : 'were'} deleted.`,
    );
  };
  const none = unreadableWords(unreadable) ?? 'No run is selected.';
  return {
    stop:
      states.length === 0
        ? none
        : live.length === 0
          ? single
            ? 'It is over already.'
            : 'All of the marked runs are over already.'
          : () => setAsked({ what: 'stop', states: live, unreadable: [] }),
    resume:
      states.length === 0
        ? none
        : open.length > 0
          ? () => (open.some(isPaid) ? setAsked({ what: 'resume', states: open, unreadable: [] }) : goOn(open))
          : live.length > 0
            ? single
              ? 'It is at work.'
              : 'Each of the marked runs is at work or complete.'
            : single
              ? 'It is complete: nothing is left to do.'
              : 'All of the marked runs are complete: nothing is left to do.',
    remove:
      states.length + unreadable.length === 0
        ? none
        : live.length > 0
          ? single && unreadable.length === 0
            ? 'Stop it first: x.'
            : `${live.map(({ run }) => run).join(', ')} ${live.length === 1 ? 'is' : 'are'} at work: stop first, x.`
          : () => setAsked({ what: 'remove', states, unreadable }),
    question:
      asked === undefined
        ? undefined
        : body => <RunQuestion {...body} {...asked} onYes={() => doIt(asked)} onNo={() => setAsked(undefined)} />,
  };
};
