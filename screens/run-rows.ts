/** A run as one row of a list. Pure. */
import { ago } from '../src/money/format.ts';
import type { RunState } from '../src/runs/state.ts';
import { bestWords, isLive, placeOf, progressWords, standing, titleOf } from './run-facts.ts';
import { cells, dim, type Line, span } from './text.ts';

/** What a row is searched by. */
export const runText = (state: RunState): string => `${state.run} ${titleOf(state)} ${placeOf(state)} ${standing(state).words}`;

export const runRow = (state: RunState, now: number, columns: number): Line => {
  const { mark, role, words } = standing(state);
  const live = isLive(state);
  const when = live ? '' : ago(state.endedAt ?? state.createdAt, now);
  const about = live ? progressWords(state, now) : state.outcome === 'done' ? bestWords(state) : words;
  const place = columns >= 100 ? [dim(placeOf(state))] : [];
  const identity = columns >= 120 ? [dim(state.run)] : [];
  const whenWidth = 9;
  const fixed = 1 + whenWidth + 4 + (place.length > 0 ? 16 : 0) + (identity.length > 0 ? 22 : 0) + 2;
  const titleWidth = Math.max(16, Math.floor((columns - fixed) * 0.5));
  const aboutWidth = Math.max(8, columns - fixed - titleWidth);
  return cells(
    [span(role, mark), titleOf(state), ...identity, ...place, live ? span('accent', about) : about, dim(when)],
    [
      { width: 1 },
      { width: titleWidth },
      ...identity.map(() => ({ width: 20 })),
      ...place.map(() => ({ width: 14 })),
      { width: aboutWidth },
      { width: whenWidth, align: 'right' },
    ],
  );
};
