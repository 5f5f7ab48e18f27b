import { dim, type Line, line } from '../app/text.ts';

/** A heading with a rule to its right: parts one block from the next without a box. */
export const rule = (title: string, columns: number): Line =>
  title === ''
    ? line(dim('─'.repeat(Math.max(0, columns))))
    : line([dim(`${title} `), dim('─'.repeat(Math.max(0, columns - title.length - 1)))]);
