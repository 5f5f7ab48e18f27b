/** Before runs are stopped or deleted, or money is spent on them: which, how large, what they measured. */
import { useEffect, useState } from 'react';
import { goingOn, goingOnWords } from '../../src/metering/going-on.ts';
import type { Moment } from '../../src/metering/plane-clock.ts';
import type { RunState } from '../../src/runs/state.ts';
import type { UnreadableRun } from '../../src/runs/store.ts';
import { counted, size } from '../../src/text/format.ts';
import { groupBy } from '../../src/util/group.ts';
import { countedUnits, unitsOf } from '../../src/workloads/registry.ts';
import { useUi } from '../app/context.tsx';
import { cells, dim, type Line, textWidth, wrap } from '../app/text.ts';
import type { Body } from '../components/frame.tsx';
import { Question } from '../components/question.tsx';
import { badWords, bestWords, isPaid, standing, titleOf } from './run-facts.ts';

export type RunQuestionKind = 'stop' | 'remove' | 'resume';

export type RunQuestionProps = Body & {
  readonly what: RunQuestionKind;
  readonly states: readonly RunState[];
  /** Of those that are to be removed. */
  readonly unreadable: readonly UnreadableRun[];
  readonly onYes: () => void;
  readonly onNo: () => void;
};

/** What came out, or how it stands, and how much of it there is. */
const resultWords = (state: RunState): string =>
  `${bestWords(state) || badWords(state) || standing(state).words}, ${unitsOf(state).done} of ${countedUnits(state.spec, unitsOf(state).total)}`;

type Asked = { readonly run: string; readonly words: string };

/** A line a run; of those that `height` has no room for, the names. */
const runLines = (
  asked: readonly Asked[],
  sizes: Readonly<Record<string, number>>,
  columns: number,
  height: number,
): readonly (string | Line)[] => {
  const row = ({ run, words }: Asked): Line => {
    const bytes = sizes[run];
    const name = Math.max(...asked.map(one => Math.min(15, textWidth(one.run))));
    const rest = Math.max(10, columns - name - 8 - 4);
    return cells(
      [run, bytes === undefined ? dim('…') : size(bytes), words],
      [{ width: name }, { width: 8, align: 'right' }, { width: rest }],
    );
  };
  if (asked.length <= height) return asked.map(row);
  const shown = Math.max(1, height - wrap(asked.map(({ run }) => run).join(', '), columns).length);
  const others = asked.slice(shown);
  return [...asked.slice(0, shown).map(row), `and ${others.map(({ run }) => run).join(', ')}`];
};

/** "12 finished NOUNS are", "1 finished NOUN is"; runs of several kinds are counted each in their own. */
const finishedAre = (states: readonly RunState[]): string => {
  const counts = [...groupBy(states, ({ spec }) => spec.kind)].map(([kind, own]) => ({
    kind,
    done: own.reduce((sum, state) => sum + unitsOf(state).done, 0),
  }));
  const words = counts.map(({ kind, done }) => countedUnits({ kind }, done, 'finished '));
  return `${words.join(' and ')} ${counts.length === 1 && counts[0]?.done === 1 ? 'is' : 'are'}`;
};

const consequences = (
  what: RunQuestionKind,
  states: readonly RunState[],
  unreadable: readonly UnreadableRun[],
  moment: Moment,
): readonly string[] => {
  const one = states.length + unreadable.length === 1;
  const paid = states.filter(isPaid);
  const finished = finishedAre(states);
  if (what === 'stop')
    return paid.length > 0
      ? [
          `${finished} kept and brought home; R goes on with the rest later. A pass under way is dropped.`,
          'The containers leave within seconds; what ran until then is billed, nothing after.',
        ]
      : [`${finished} kept; R goes on with the rest later. Nothing is billed here either way.`];
  if (what === 'resume')
    return [
      `${finished} kept; the rest is done there.`,
      ...paid.map(state => `${paid.length === 1 ? 'It costs' : `${state.run} costs`} ${goingOnWords(goingOn(state, moment))}.`),
      'x stops it at any time: what ran until then is billed.',
    ];
  const volumes = [...new Set(paid.map(({ spec }) => spec.cloud?.volumes.results ?? 'ann-results'))];
  const whose = one ? 'Its results, its log and its journal are' : 'Their results, logs and journals are';
  return [
    `${states.length > 0 ? whose : `${one ? 'Its folder' : 'Their folders'}, with whatever is still in ${one ? 'it' : 'them'}, ${one ? 'is' : 'are'}`} deleted from this disk. This cannot be undone.`,
    ...(volumes.length === 0 ? [] : [`What ${one ? 'it' : 'they'} left in the volume ${volumes.join(', ')} at Modal stays there.`]),
    ...(unreadable.length === 0 ? [] : ['Whether a run that cannot be read left something at Modal is not known; that stays there.']),
  ];
};

export const RunQuestion = ({ what, states, unreadable, onYes, onNo, ...body }: RunQuestionProps) => {
  const { services } = useUi();
  const [sizes, setSizes] = useState<Readonly<Record<string, number>>>({});
  useEffect(() => {
    for (const { run } of [...states, ...unreadable])
      services.runs.bytes(run).then(
        bytes => setSizes(old => ({ ...old, [run]: bytes })),
        () => {},
      );
  }, [services, states, unreadable]);
  const asked: readonly Asked[] = [
    ...states.map(state => ({ run: state.run, words: `${resultWords(state)}  ${titleOf(state)}` })),
    ...unreadable.map(({ run, why }) => ({ run, words: `cannot be read: ${why}` })),
  ];
  const which = asked.length === 1 ? (asked[0]?.run ?? '') : counted(asked.length, 'run');
  const after = consequences(what, states, unreadable, services.host.moment());
  const afterHeight = after.reduce((sum, text) => sum + wrap(text, body.columns).length, 0);
  // Title, two answers, and the empty lines between.
  const room = body.height - afterHeight - 6;
  const titles = {
    stop: `Stop ${which}?`,
    remove: `Delete ${which} and ${asked.length === 1 ? 'its' : 'their'} files?`,
    resume: `Go on with ${which} on Modal? This costs money.`,
  };
  const words = {
    ...body,
    title: titles[what],
    text: [...runLines(asked, sizes, body.columns, room), ...after],
  };
  if (what === 'resume') return <Question {...words} scope="spend" handlers={{ 'spend-no': onNo, 'spend-yes': onYes }} />;
  return what === 'stop' ? (
    <Question {...words} scope="stop" handlers={{ 'stop-yes': onYes, 'stop-no': onNo }} />
  ) : (
    <Question {...words} scope="confirm" handlers={{ 'confirm-yes': onYes, 'confirm-no': onNo }} />
  );
};
