/** Which columns a table shows in the width there is. Pure. */
import { textWidth, truncate } from '../../app/text.ts';
import type { Tone } from './tone.ts';

export type TableColumn = {
  /** Heading, with the unit in it: "$/h". Must be its own in the table. */
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** 0 always stays; the highest goes first. */
  readonly drop: number;
  /** May be cut down to this many columns before any column goes. */
  readonly shrink?: number;
};

export type TableCell = string | ({ readonly text: string } & Tone);

export const cellText = (cell: TableCell | undefined): string => (cell === undefined ? '' : typeof cell === 'string' ? cell : cell.text);

/** Each column is its widest cell, one column of padding on either side. */
const widthOf = (column: TableColumn, cells: readonly string[]): number => Math.max(textWidth(column.title), ...cells.map(textWidth)) + 2;

export type Layout = {
  /** Indexes of the columns shown. */
  readonly shown: readonly number[];
  /** Most columns a cell may take; absent: as it is. */
  readonly limits: Readonly<Record<number, number>>;
};

export const layOut = (columns: readonly TableColumn[], rows: readonly (readonly TableCell[])[], room: number): Layout => {
  const widths = columns.map((column, n) =>
    widthOf(
      column,
      rows.map(row => cellText(row[n])),
    ),
  );
  let shown = columns.map((_, n) => n);
  for (;;) {
    const total = shown.reduce((sum, n) => sum + (widths[n] ?? 0), 0);
    if (total <= room) return { shown, limits: {} };
    const elastic = shown.findLast(n => columns[n]?.shrink !== undefined);
    if (elastic !== undefined) {
      const left = room - (total - (widths[elastic] ?? 0)) - 2;
      const least = Math.max(columns[elastic]?.shrink ?? 0, textWidth(columns[elastic]?.title ?? ''));
      if (left >= least) return { shown, limits: { [elastic]: left } };
    }
    const goes = shown.filter(n => (columns[n]?.drop ?? 0) > 0).toSorted((a, b) => (columns[b]?.drop ?? 0) - (columns[a]?.drop ?? 0))[0];
    if (goes === undefined) return { shown, limits: {} };
    shown = shown.filter(n => n !== goes);
  }
};

export const limited = (text: string, limit: number | undefined): string => (limit === undefined ? text : truncate(text, limit));
