/** A run as one row of a list. Pure. */
import { ago, money } from '../src/money/format.ts';
import { isEstimate, meter } from '../src/money/meter.ts';
import { specTitle } from '../src/runs/spec.ts';
import type { RunState } from '../src/runs/state.ts';
import { type Now, wallOf } from './money-lines.ts';
import { badWords, bestWords, isLive, isPaid, placeOf, progressWords, standing, titleOf } from './run-facts.ts';
import { type Column, cells, dim, type Line, type Span, span } from './text.ts';

/** What a row is searched by. */
export const runText = (state: RunState): string => `${state.run} ${titleOf(state)} ${placeOf(state)} ${standing(state).words}`;

export type RowOptions = {
  /** With the run's id, which is what commands are given; where there is no room for it, without. */
  readonly named?: boolean;
  /** With what it cost: where no run of the list was paid for, there is nothing to say. */
  readonly paid?: boolean;
};

/** What it cost; that of a run of this machine is its place. */
const costSpan = (state: RunState, now: Now): Span => {
  if (!isPaid(state)) return dim('here');
  const own = meter(state, now);
  const about = isEstimate(own) ? '≈' : '';
  // Four digits say more than a list has room for.
  return span('money', `${about}${own.billed >= 0.01 ? `$${own.billed.toFixed(2)}` : money(own.billed)}`);
};

export const runRow = (state: RunState, now: Now, columns: number, { named = false, paid = false }: RowOptions = {}): Line => {
  const { mark, role, words } = standing(state);
  const live = isLive(state);
  const when = live ? '' : ago(state.endedAt ?? state.createdAt, wallOf(now));
  const about = live ? progressWords(state, now) : state.outcome === 'done' ? badWords(state) || bestWords(state) : words;
  const showsId = named && columns >= 64;
  const aboutWidth = Math.min(31, Math.max(16, Math.floor(columns * (paid && columns < 110 ? 0.33 : 0.36))));
  const before: readonly (readonly [string | Span, Column])[] = [
    [span(role, mark), { width: 1 }],
    ...(showsId ? [[state.run, { width: 12 }] as const] : []),
  ];
  const after: readonly (readonly [string | Span, Column])[] = [
    ...(columns >= 110 ? [[dim(placeOf(state)), { width: paid ? 20 : 14 }] as const] : []),
    [live ? span(role, about) : about, { width: aboutWidth }],
    ...(paid ? [[costSpan(state, now), { width: 8, align: 'right' }] as const] : []),
    ...(paid && columns < (named ? 84 : 64) ? [] : [[dim(when), { width: 9, align: 'right' }] as const]),
  ];
  const fixed = [...before, ...after].reduce((sum, [, { width }]) => sum + width + 2, 0);
  const title: readonly [string, Column] = [
    showsId || columns < (paid ? 90 : 70) ? specTitle(state.spec) : titleOf(state),
    { width: Math.max(8, columns - fixed) },
  ];
  const all = [...before, title, ...after];
  return cells(
    all.map(([cell]) => cell),
    all.map(([, column]) => column),
  );
};
