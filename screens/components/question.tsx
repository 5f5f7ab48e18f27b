import { type Handlers, useCommands } from '../app/commands.tsx';
import type { Scope } from '../app/entry.ts';
import { alwaysThere, entriesFor, footerPlace, keyLabel } from '../app/keymap.ts';
import { bold, dim, type Line, type LineLike, line, span, wrap } from '../app/text.ts';
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
export const Question = <S extends QuestionScope>({ scope, title, text, handlers, columns, height }: QuestionProps<S>) => {
  useCommands(scope, handlers);
  const answers = entriesFor(scope)
    .filter(({ id }) => !alwaysThere.has(id))
    .toSorted((a, b) => (footerPlace(a, scope) ?? 0) - (footerPlace(b, scope) ?? 0))
    .map(({ keys, label, help }) => ({ keys: keys.map(keyLabel).join(' '), label, help }));
  const keyWidth = Math.max(...answers.map(({ keys }) => keys.length)) + 2;
  const labelWidth = Math.max(...answers.map(({ label }) => label.length)) + 2;
  // Beside a label that says enough, half a sentence says nothing.
  const helps = answers.every(({ help }) => 2 + keyWidth + labelWidth + help.length <= columns);
  const choices = answers.map(
    ({ keys, label, help }, n): LineLike => [
      n === 0 ? span('accent', '▸ ') : '  ',
      span('accent', keys.padEnd(keyWidth)),
      n === 0 ? bold(label.padEnd(labelWidth)) : label.padEnd(labelWidth),
      dim(helps ? help : ''),
    ],
  );
  const prose = text.flatMap(part => (typeof part === 'string' ? wrap(part, columns).map(row => line(row)) : [part]));
  // The answers stay: in a low window the empty rows go first, then the end of what is said.
  const room = Math.max(0, height - 1 - choices.length);
  const gap = prose.length + 2 <= room ? [''] : [];
  const lines: LineLike[] = [bold(title), ...gap, ...prose.slice(0, room), ...gap, ...choices];
  return <Lines lines={lines} columns={columns} />;
};
