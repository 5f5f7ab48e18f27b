import { type Handlers, useCommands } from '../commands.tsx';
import { alwaysThere, entriesFor, footerPlace, keyLabel, type Scope } from '../keymap.ts';
import { bold, dim, type Line, type LineLike, line, span, wrap } from '../text.ts';
import type { Body } from './frame.tsx';
import { Lines } from './lines.tsx';

type QuestionScope = Extract<Scope, 'offer' | 'stop' | 'confirm' | 'spend' | 'quit'>;

export type QuestionProps<S extends QuestionScope> = Body & {
  readonly scope: S;
  readonly title: string;
  /** What, how much, how to undo: prose, and lines that stand as they are. */
  readonly text: readonly (string | Line)[];
  readonly handlers: Handlers<S>;
};

/** A question in the screen's place. Enter is always the safe answer. */
export const Question = <S extends QuestionScope>({ scope, title, text, handlers, columns }: QuestionProps<S>) => {
  useCommands(scope, handlers);
  const answers = entriesFor(scope)
    .filter(({ id }) => !alwaysThere.has(id))
    .toSorted((a, b) => (footerPlace(a, scope) ?? 0) - (footerPlace(b, scope) ?? 0))
    .map(
      ({ keys, label, help }, n): LineLike => [
        n === 0 ? span('accent', '▸ ') : '  ',
        span('accent', keys.map(keyLabel).join(' ').padEnd(12)),
        n === 0 ? bold(label.padEnd(18)) : label.padEnd(18),
        dim(help),
      ],
    );
  const lines: LineLike[] = [
    bold(title),
    '',
    ...text.flatMap(part => (typeof part === 'string' ? wrap(part, columns).map(row => line(row)) : [part])),
    '',
    ...answers,
  ];
  return <Lines lines={lines} columns={columns} />;
};
