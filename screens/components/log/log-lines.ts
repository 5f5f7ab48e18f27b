/** The log pane's lines. Pure. */

import { isErrorLine } from '../../../src/logs/errors.ts';
import { count, duration } from '../../../src/text/format.ts';
import { shownPath } from '../../../src/util/paths.ts';
import { dim, type Line, leftRight, line, span, truncate } from '../../app/text.ts';
import { rowsOf, without } from './log-layout.ts';
import type { LogSnapshot } from './log-store.ts';

/** The end of a path says more than its start. */
const tail = (path: string, columns: number): string => (path.length <= columns ? path : columns < 8 ? '' : `…${path.slice(1 - columns)}`);

/** `title`: which text it is; `several`: there are others. */
export const logHead = (
  snapshot: LogSnapshot,
  { title, several }: { readonly title: string; readonly several: boolean },
  now: number,
  live: boolean,
  columns: number,
): Line => {
  const { total, start, lines, follow, lastAt, search, missed, left: shifted } = snapshot;
  const age = live && lastAt !== undefined ? ` · ${duration(Math.max(0, (now - lastAt) / 1000))} old` : '';
  const aside = shifted === 0 ? '' : ` · from column ${shifted + 1}`;
  const where =
    (follow ? `line ${count(total)}${age}` : `lines ${count(start + 1)}–${count(start + lines.length)} of ${count(total)}`) + aside;
  const found =
    search === ''
      ? ''
      : missed
        ? `  no ${snapshot.match === undefined ? '' : 'further '}“${truncate(search, 20)}”`
        : `  “${truncate(search, 20)}”`;
  const left: Line = [
    several ? span('accent', title) : dim(title),
    dim(several ? ' (s) ' : '  '),
    follow ? span('ok', live ? 'follow ● ' : 'end ') : span('warn', 'scrolled '),
    dim(where),
    missed ? span('warn', found) : span('accent', found),
  ];
  const used = title.length + (several ? 5 : 2) + where.length + found.length + 11;
  return leftRight(left, dim(tail(shownPath(snapshot.file), columns - used)), columns);
};

/** Columns left of a log's text: where a match and an error have their marks. */
export const logMargin = 2;

/** Rows that look alike are one text: most windows are one. */
export type LogBlock = { readonly text: string; readonly error: boolean };

/** What of the window is shown in `height` rows: a match has its mark in the margin, an error its own, and its colour. */
export const logBlocks = (
  { lines, start, skipped, match, wrapped, left }: LogSnapshot,
  columns: number,
  height: number,
): readonly LogBlock[] => {
  const room = columns - logMargin;
  const rows = lines.flatMap((text, n): readonly LogBlock[] => {
    const error = isErrorLine(text);
    const margin = `${start + n === match ? '▸' : ' '}${error ? '✗' : ' '}`;
    const parts = wrapped ? rowsOf(text, room) : [truncate(without(text, left), room)];
    return parts.map((part, row) => ({ text: `${row === 0 ? margin : '  '}${part}`, error }));
  });
  const blocks: { text: string; error: boolean }[] = [];
  for (const { text, error } of rows.slice(skipped, skipped + height)) {
    const last = blocks.at(-1);
    if (last?.error === error) last.text += `\n${text}`;
    else blocks.push({ text, error });
  }
  return blocks;
};

export const emptyLog = (live: boolean, reading: boolean): Line =>
  line(dim(reading ? '  Reading it.' : live ? '  Nothing was written yet. Lines come as the job prints them.' : '  The log is empty.'));
