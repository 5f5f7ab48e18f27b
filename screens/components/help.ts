/** The lines of the `?` overlay. Pure. */
import type { Available } from '../app/commands.tsx';
import { keyLabel } from '../app/keymap.ts';
import { accent, dim, type Line, line, padEnd, span, windowStart } from '../app/text.ts';

const keysOf = (keys: readonly string[]): string => keys.map(keyLabel).join(' ');

/** Every word of the search must stand in the command's keys, label or help. */
export const searchCommands = (commands: readonly Available[], search: string): readonly Available[] => {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return commands.filter(({ entry }) => {
    const text = `${keysOf(entry.keys)} ${entry.label} ${entry.help}`.toLowerCase();
    return words.every(word => text.includes(word));
  });
};

export const helpLines = (found: readonly Available[], cursor: number, search: string, height: number): readonly Line[] => {
  const head: Line[] = [line([dim('Search: '), search, accent('▏'), dim(search === '' ? '  type to search' : '')]), line('')];
  if (found.length === 0) return [...head, line(dim('No command has these words. Backspace erases.'))];
  const keyWidth = Math.min(18, Math.max(...found.map(({ entry }) => keysOf(entry.keys).length)));
  const room = Math.max(1, height - head.length);
  const start = windowStart(cursor, found.length, room);
  const rows = found.slice(start, start + room).map(({ entry, blocked }, n) => {
    const selected = start + n === cursor;
    const why = blocked === undefined ? '' : `  ${blocked}`;
    return line([
      selected ? accent('▸ ') : '  ',
      span('accent', padEnd(keysOf(entry.keys), keyWidth)),
      '  ',
      blocked !== undefined ? dim(entry.help) : selected ? { text: entry.help, bold: true } : entry.help,
      dim(why),
    ]);
  });
  return [...head, ...rows];
};
