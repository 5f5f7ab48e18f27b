/** Rows of which one has the cursor, in the height there is: the one mechanism of every list. Pure. */
import { accent, dim, type Line, type LineLike, line, windowStart } from '../app/text.ts';

export type Window = {
  /** The rows shown: from `start` up to, without, `end`. */
  readonly start: number;
  readonly end: number;
  /** "4–12 of 200" where not all are shown: the last of the lines. */
  readonly more: Line | undefined;
};

/** Which of `count` rows `height` lines show, the row `cursor` among them. All of them, where they fit. */
export const windowOf = (count: number, cursor: number, height: number): Window => {
  const room = Math.max(1, height);
  if (count <= room) return { start: 0, end: count, more: undefined };
  // In a single line the row itself says more.
  const shown = room === 1 ? 1 : room - 1;
  const start = windowStart(Math.max(0, cursor), count, shown);
  const end = start + shown;
  return {
    start,
    end,
    more: room === 1 ? undefined : line(dim(`  ${start > 0 ? '↑' : ' '}${end < count ? '↓' : ' '} ${start + 1}–${end} of ${count}`)),
  };
};

const emphasised = (row: Line): Line => row.map(part => (part.role === undefined ? { ...part, bold: true } : part));

/** At most `height` lines of `count` rows; only those that are shown are made. */
export const listOf = (count: number, cursor: number, height: number, rowAt: (n: number) => LineLike): readonly Line[] => {
  const { start, end, more } = windowOf(count, cursor, height);
  const shown = Array.from({ length: end - start }, (_, n): Line => {
    const row = line(rowAt(start + n));
    return start + n === cursor ? [accent('▸ '), ...emphasised(row)] : [{ text: '  ' }, ...row];
  });
  return more === undefined ? shown : [...shown, more];
};

export const listLines = (rows: readonly LineLike[], cursor: number, height: number): readonly Line[] =>
  listOf(rows.length, cursor, height, n => rows[n] ?? '');

/** Every word must stand in the text, whatever its case. */
export const matches = (text: string, filter: string): boolean => {
  const lower = text.toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every(word => lower.includes(word));
};
