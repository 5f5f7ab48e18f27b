/** A run as one row of a list. Pure. */
import { ago } from '../src/money/format.ts';
import { specTitle } from '../src/runs/spec.ts';
import type { RunState } from '../src/runs/state.ts';
import { badWords, bestWords, isLive, placeOf, progressWords, standing, titleOf } from './run-facts.ts';
import { type Column, cells, dim, type Line, type Span, span } from './text.ts';

/** What a row is searched by. */
export const runText = (state: RunState): string => `${state.run} ${titleOf(state)} ${placeOf(state)} ${standing(state).words}`;

/** `named`: with the run's id, which is what commands are given; where there is no room for it, without. */
export const runRow = (state: RunState, now: number, columns: number, named = false): Line => {
  const { mark, role, words } = standing(state);
  const live = isLive(state);
  const when = live ? '' : ago(state.endedAt ?? state.createdAt, now);
  const about = live ? progressWords(state, now) : state.outcome === 'done' ? badWords(state) || bestWords(state) : words;
  const showsId = named && columns >= 64;
  const before: readonly (readonly [string | Span, Column])[] = [
    [span(role, mark), { width: 1 }],
    ...(showsId ? [[state.run, { width: 12 }] as const] : []),
  ];
  const after: readonly (readonly [string | Span, Column])[] = [
    ...(columns >= 110 ? [[dim(placeOf(state)), { width: 14 }] as const] : []),
    [live ? span('accent', about) : about, { width: Math.min(31, Math.max(16, Math.floor(columns * 0.36))) }],
    [dim(when), { width: 9, align: 'right' }],
  ];
  const fixed = [...before, ...after].reduce((sum, [, { width }]) => sum + width + 2, 0);
  const title: readonly [string, Column] = [
    showsId || columns < 70 ? specTitle(state.spec) : titleOf(state),
    { width: Math.max(8, columns - fixed) },
  ];
  const all = [...before, title, ...after];
  return cells(
    all.map(([cell]) => cell),
    all.map(([, column]) => column),
  );
};
