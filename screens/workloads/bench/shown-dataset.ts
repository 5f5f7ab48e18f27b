/** Of a run on several datasets, the one that is looked at. Pure. */
import type { Point } from '../../../src/workloads/bench/events.ts';
import type { BenchRun } from '../../../src/workloads/bench/run.ts';
import { bold, dim, type Line } from '../../app/text.ts';

export type ShownDataset = {
  readonly points: readonly Point[];
  /** Which it is, and the key to the next; nothing where the run has one. */
  readonly heading: readonly Line[];
  /** The one after it; absent where no other has points. */
  readonly next?: string;
};

/** The points of a run at work, and behind them what first passes say of those to come. */
export const withProvisional = (run: BenchRun): BenchRun => {
  const { points, provisional } = run.results;
  return provisional === undefined ? run : { ...run, results: { ...run.results, points: [...points, ...provisional] } };
};

/** `name` where it has points, else the `usual` one. */
export const shownDataset = ({ results, spec }: BenchRun, name: string | undefined, usual: 'first' | 'newest'): ShownDataset => {
  const { points } = results;
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

/** The dataset after the one that is shown, or why there is none. */
export const nextDataset = (
  run: BenchRun,
  name: string | undefined,
  usual: 'first' | 'newest',
): { readonly shown: string } | { readonly none: string } => {
  const { next } = shownDataset(run, name, usual);
  if (next !== undefined) return { shown: next };
  return { none: run.spec.datasets.length > 1 ? 'No other dataset has points yet.' : 'The run has one dataset.' };
};
