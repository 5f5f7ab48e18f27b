/** Of a run on several datasets one is looked at: a speed on one says nothing about a speed on another. Pure. */
import type { Point } from '../../../src/events/event.ts';
import type { RunState } from '../../../src/runs/state.ts';
import { bold, dim, type Line } from '../../app/text.ts';

export type ShownDataset = {
  readonly points: readonly Point[];
  /** Which it is, and the key to the next; nothing where the run has one. */
  readonly heading: readonly Line[];
  /** The one after it; absent where no other has points. */
  readonly next?: string;
};

/** Of a run at work: its points, and behind them what first passes say of those to come. */
export const withProvisional = (state: RunState): RunState =>
  state.provisional === undefined ? state : { ...state, points: [...state.points, ...state.provisional] };

/** `name` where it has points, else the `usual` one. */
export const shownDataset = (state: RunState, name: string | undefined, usual: 'first' | 'newest'): ShownDataset => {
  const { points, spec } = state;
  const measured = new Set(points.map(({ dataset }) => dataset));
  const all = spec.datasets.map(one => one.name).filter(one => measured.has(one));
  const shown = all.find(one => one === name) ?? (usual === 'first' ? all[0] : points.at(-1)?.dataset);
  if (spec.datasets.length < 2 || shown === undefined) return { points, heading: [] };
  const at = all.indexOf(shown);
  const place = `  ${at + 1} of ${spec.datasets.length} datasets`;
  const next = all.length > 1 ? all[(at + 1) % all.length] : undefined;
  return {
    points: points.filter(({ dataset }) => dataset === shown),
    heading: [[dim('on '), bold(shown), dim(next === undefined ? place : `${place} (d)`)]],
    ...(next !== undefined && { next }),
  };
};
