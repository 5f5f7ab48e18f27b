/** Of a run on several datasets one is looked at: a speed on one says nothing about a speed on another. Pure. */
import type { Point } from '../src/events/event.ts';
import type { RunState } from '../src/runs/state.ts';
import { bold, dim, type Line } from './text.ts';

/** Those that have points, in the order of the spec. */
export const datasetsOf = ({ points, spec }: RunState): readonly string[] => {
  const measured = new Set(points.map(({ dataset }) => dataset));
  return spec.datasets.map(({ name }) => name).filter(name => measured.has(name));
};

export type ShownDataset = {
  readonly points: readonly Point[];
  /** Which it is, and the key to the next; nothing where the run has one. */
  readonly heading: readonly Line[];
};

/** `name` where it has points, else the `usual` one. */
export const shownDataset = (state: RunState, name: string | undefined, usual: 'first' | 'newest'): ShownDataset => {
  const all = datasetsOf(state);
  const shown = all.find(one => one === name) ?? (usual === 'first' ? all[0] : state.points.at(-1)?.dataset);
  if (state.spec.datasets.length < 2 || shown === undefined) return { points: state.points, heading: [] };
  const place = `  ${all.indexOf(shown) + 1} of ${state.spec.datasets.length} datasets`;
  return {
    points: state.points.filter(({ dataset }) => dataset === shown),
    heading: [[dim('on '), bold(shown), dim(all.length > 1 ? `${place}, d shows the next` : place)]],
  };
};
