/** A line to type into, in the footer's place. */
import { useState } from 'react';
import { useCommands } from './commands.tsx';
import { accent, dim, type LineLike, truncate } from './text.ts';

export type Prompt = {
  readonly line: LineLike | undefined;
  readonly open: (initial?: string) => void;
};

export type PromptOptions = {
  readonly label: string;
  /** What is typed is not shown. */
  readonly secret?: boolean;
  /** On every change, for filters that act while typing. */
  readonly onChange?: (text: string) => void;
  readonly onAccept: (text: string) => void;
  readonly onCancel?: () => void;
};

const segmenter = new Intl.Segmenter();
const withoutLast = (text: string): string =>
  [...segmenter.segment(text)]
    .slice(0, -1)
    .map(({ segment }) => segment)
    .join('');

export const usePrompt = ({ label, secret = false, onChange, onAccept, onCancel }: PromptOptions): Prompt => {
  const [text, setText] = useState<string | undefined>();
  const change = (next: string) => {
    setText(next);
    onChange?.(next);
  };
  const typed = text ?? '';
  useCommands(
    'text',
    {
      accept: () => {
        setText(undefined);
        onAccept(typed);
      },
      cancel: () => {
        setText(undefined);
        onCancel?.();
      },
      erase: () => change(withoutLast(typed)),
      clear: () => change(''),
    },
    // A pasted path often ends with a newline; it must not count as Enter.
    { active: text !== undefined, onText: more => change(typed + more.replace(/[\r\n]+$/, '').replace(/[\r\n\t]+/g, ' ')) },
  );
  return {
    line:
      text === undefined
        ? undefined
        : [
            accent(label),
            ' ',
            secret ? '•'.repeat(Math.min(24, typed.length)) : truncate(typed, 200),
            accent('▏'),
            dim('  enter take it  esc leave it'),
          ],
    open: (initial = '') => setText(initial),
  };
};
