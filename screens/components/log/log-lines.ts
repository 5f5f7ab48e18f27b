/** The log pane's lines. Pure. */
import { count, duration } from '../../../src/money/format.ts';
import { shownPath } from '../../../src/paths.ts';
import { dim, type Line, leftRight, line, span, truncate } from '../../text.ts';
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
  const { total, start, lines, follow, lastAt, search, missed } = snapshot;
  const age = live && lastAt !== undefined ? ` · ${duration(Math.max(0, (now - lastAt) / 1000))} old` : '';
  const where = follow ? `line ${count(total)}${age}` : `lines ${count(start + 1)}–${count(start + lines.length)} of ${count(total)}`;
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

/** One text for the whole window: a match is marked in the margin, so that no line needs a style of its own. */
export const logText = ({ lines, start, match }: LogSnapshot, columns: number): string =>
  lines.map((text, n) => `${start + n === match ? '▸ ' : '  '}${truncate(text, columns - 2)}`).join('\n');

export const emptyLog = (live: boolean): Line =>
  line(dim(live ? '  Nothing was written yet. Lines come as the job prints them.' : '  The log is empty.'));
