import { useState } from 'react';
import type { RunState } from '../../../src/runs/state.ts';
import type { Handler } from '../../app/commands.tsx';
import { type ShownDataset, shownDataset } from './shown-dataset.ts';

/** The dataset looked at, and the command that goes to the next. */
export const useShownDataset = (
  state: RunState | undefined,
  usual: 'first' | 'newest',
): { readonly shown: ShownDataset; readonly next: Handler } => {
  const [name, setName] = useState<string>();
  if (state === undefined) return { shown: { points: [], heading: [] }, next: 'The run is still being read.' };
  const shown = shownDataset(state, name, usual);
  const none = state.spec.datasets.length > 1 ? 'No other dataset has points yet.' : 'The run has one dataset.';
  return { shown, next: shown.next === undefined ? none : () => setName(shown.next) };
};
