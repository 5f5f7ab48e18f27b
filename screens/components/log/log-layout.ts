/** Which rows of which lines a log's window shows, wrapped or not. Pure. */
import { cut, textWidth } from '../../app/text.ts';

/** A row ends at a blank, where one stands in its last third: names and words stay whole. */
const atBlank = (head: string, rest: string): string => {
  const next = rest[head.length];
  if (next === undefined || next === ' ' || head.endsWith(' ')) return head;
  const blank = head.lastIndexOf(' ') + 1;
  return blank > (head.length * 2) / 3 ? head.slice(0, blank) : head;
};

/** A line as it is broken into rows of `columns`; an empty line is one row. Together the rows are the line. */
export const rowsOf = (text: string, columns: number): readonly string[] => {
  if (columns < 2 || textWidth(text) <= columns) return [text];
  const rows: string[] = [];
  let rest = text;
  while (rest !== '') {
    // A character that is wider than the row would never fit: it takes a row all the same.
    const head = atBlank(cut(rest, columns) || (Array.from(rest)[0] as string), rest);
    rows.push(head);
    rest = rest.slice(head.length);
  }
  return rows;
};

/** The line without its first `columns` columns. */
export const without = (text: string, columns: number): string => {
  if (columns <= 0) return text;
  const head = cut(text, columns);
  // Of a wide character that stands across the edge the second half is blank.
  return ' '.repeat(Math.min(1, Math.max(0, columns - textWidth(head)))) + text.slice(head.length);
};

/** A row of the log: the line's number, and which of its rows. */
export type At = { readonly line: number; readonly row: number };

export const before = (a: At, b: At): boolean => a.line < b.line || (a.line === b.line && a.row < b.row);

export type Held = {
  readonly first: number;
  readonly total: number;
  /** Rows that a line takes. */
  readonly rows: (line: number) => number;
};

/** `at` moved by so many rows, within what is held. */
export const moved = ({ line, row }: At, by: number, { first, total, rows }: Held): At => {
  let at = Math.min(Math.max(line, first), Math.max(first, total - 1));
  let rest = (line < first ? 0 : row) + by;
  while (rest < 0 && at > first) {
    at -= 1;
    rest += rows(at);
  }
  while (at < total - 1 && rest >= rows(at)) {
    rest -= rows(at);
    at += 1;
  }
  return { line: at, row: Math.min(Math.max(0, rest), Math.max(0, rows(at) - 1)) };
};

/** The top row of the last `height` rows. */
export const lastTop = (height: number, held: Held): At => {
  let line = held.total;
  let left = height;
  while (left > 0 && line > held.first) {
    line -= 1;
    left -= held.rows(line);
  }
  return { line, row: Math.max(0, -left) };
};
