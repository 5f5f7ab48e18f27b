/** Rows of which one has the cursor. Pure. */
import { accent, type Line, type LineLike, line, windowStart } from '../text.ts';

const emphasised = (row: Line): Line => row.map(part => (part.role === undefined ? { ...part, bold: true } : part));

export const listLines = (rows: readonly LineLike[], cursor: number, height: number): readonly Line[] => {
  const start = windowStart(Math.max(0, cursor), rows.length, height);
  return rows
    .slice(start, start + height)
    .map((row, n) => (start + n === cursor ? [accent('▸ '), ...emphasised(line(row))] : [{ text: '  ' }, ...line(row)]));
};

/** Every word must stand in the text, whatever its case. */
export const matches = (text: string, filter: string): boolean => {
  const lower = text.toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every(word => lower.includes(word));
};
