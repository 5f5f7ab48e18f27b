/** The containers of a run on Modal: who is where, since when, and how far. Pure. */

import type { ContainerState, RunState } from '../../src/runs/state.ts';
import { afterWords } from '../../src/text/after-words.ts';
import { duration, percent } from '../../src/text/format.ts';
import { type Column, cells, dim, type Line, type LineLike, line, padLine, type Span, span } from '../app/text.ts';
import { bar } from '../components/bar.ts';
import { isLive } from './run-facts.ts';

/** The newest task of each name; `before` counts the ones that it took the place of. */
type Row = { readonly container: ContainerState; readonly before: number };

const byName = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true });

/** Of this attempt; the coordinator first, those that did not speak yet last. */
export const containerRows = ({ containers = [], attempt }: RunState): readonly Row[] => {
  const current = containers.filter(container => container.attempt === attempt);
  const named = [...new Set(current.flatMap(({ name }) => name ?? []))].toSorted(
    (a, b) => Number(b === 'main') - Number(a === 'main') || byName(a, b),
  );
  return [
    ...named.flatMap((name): readonly Row[] => {
      const tasks = current.filter(container => container.name === name);
      const newest = tasks.at(-1);
      return newest === undefined ? [] : [{ container: newest, before: tasks.length - 1 }];
    }),
    ...current.filter(({ name }) => name === undefined).map(container => ({ container, before: 0 })),
  ];
};

/** "ta-…00w4": the end of an id is what differs. */
const shortTask = (task: string): string => `ta-…${task.slice(-4)}`;

const seconds = (from: number, to: number): string => duration(Math.max(0, Math.floor((to - from) / 1000)));

const stateSpan = ({ queuedAt, startedAt, finishedAt }: ContainerState, now: number, live: boolean): Span => {
  if (finishedAt !== undefined) return span('ok', startedAt === undefined ? '✓ gone' : `✓ left after ${seconds(startedAt, finishedAt)}`);
  if (!live) return dim('· over');
  if (startedAt !== undefined) return span('accent', `▸ runs ${seconds(startedAt, now)}`);
  return dim(queuedAt === undefined ? '· starting' : `· queued ${seconds(queuedAt, now)}`);
};

/** "  start 3, after a preemption" */
const againWords = ({ container: { after }, before }: Row, columns: number): string => {
  if (before === 0) return '';
  const start = `  start ${before + 1}`;
  const whole = after === undefined ? start : `${start}, ${afterWords(after)}`;
  return whole.length + 26 > columns ? start : whole;
};

const progressSpans = (state: RunState, row: Row, now: number, columns: number): LineLike => {
  const { name, role, finishedAt } = row.container;
  const again = againWords(row, columns);
  const progress =
    name === undefined ? undefined : (state.progressOf?.[name] ?? (state.progress?.container === name ? state.progress : undefined));
  if (progress === undefined || progress.total <= 0 || finishedAt !== undefined || !isLive(state))
    return dim(`${role === 'coordinator' ? 'hands out the parts' : ''}${again}`.trim());
  const fraction = progress.done / progress.total;
  const eta =
    progress.eta_seconds === undefined
      ? ''
      : `  ETA ${duration(Math.round(Math.max(0, progress.eta_seconds - Math.max(0, now / 1000 - progress.time))))}`;
  const figure = `${progress.phase} ${percent(fraction)}${eta}`;
  const room = Math.min(20, columns - figure.length - again.length - 2);
  return [...(room >= 6 ? [...bar(fraction, room), '  '] : []), figure, span('warn', again)];
};

/** A heading, then a row each; what does not fit is counted. */
export const containerLines = (state: RunState, now: number, columns: number, height: number): readonly Line[] => {
  const rows = containerRows(state);
  if (rows.length === 0)
    return [line(dim(isLive(state) ? 'No container yet: Modal tells of each as it comes.' : 'No container was seen.'))];
  const showsRole = columns >= 76;
  const widths: readonly Column[] = [{ width: 8 }, ...(showsRole ? [{ width: 11 }] : []), { width: 19 }];
  const left = widths.reduce((sum, { width }) => sum + width + 2, 0);
  const live = isLive(state);
  const heading = cells([dim('name'), ...(showsRole ? [dim('role')] : []), dim('state'), dim('progress')], [...widths, { width: 8 }]);
  const room = Math.max(1, height - 1);
  const shown = rows.length > room ? rows.slice(0, room - 1) : rows;
  return [
    heading,
    ...shown.map((row): Line => {
      const { container } = row;
      const first = cells(
        [
          container.name ?? dim(shortTask(container.task)),
          ...(showsRole ? [dim(container.role ?? '–')] : []),
          stateSpan(container, now, live),
        ],
        widths,
      );
      return [...padLine(first, left), ...line(progressSpans(state, row, now, columns - left))];
    }),
    ...(shown.length < rows.length ? [line(dim(`and ${rows.length - shown.length} more`))] : []),
  ];
};
