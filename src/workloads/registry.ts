/** Every workload there is: the one list of the side that knows no terminal. */
import type { DatasetKind } from '../config/datasets.ts';
import type { Spec } from '../runs/spec.ts';
import type { RunState } from '../runs/state.ts';
import { counted } from '../text/format.ts';
import { bench } from './bench/workload.ts';
import { evaluate } from './evaluate/workload.ts';
import { measure } from './measure/workload.ts';
import { predict } from './predict/workload.ts';
import { prepare } from './prepare/workload.ts';
import { train } from './train/workload.ts';
import type { Workload } from './workload.ts';

export const workloads: readonly Workload[] = [
  // A workload is only ever given specs and results of its own kind.
  bench as unknown as Workload,
  prepare as unknown as Workload,
  evaluate as unknown as Workload,
  train as unknown as Workload,
  predict as unknown as Workload,
  measure as unknown as Workload,
];

/** Undefined for a kind that this version does not know. */
export const findWorkload = (kind: string): Workload | undefined => workloads.find(workload => workload.kind === kind);

export const workloadOf = ({ kind }: Pick<Spec, 'kind'>): Workload => {
  const found = findWorkload(kind);
  if (found === undefined) throw new Error(`No workload is registered as "${kind}"`);
  return found;
};

/** The module that brings datasets of a kind here: that of the first workload that works on them. */
export const moduleFor = (kind: DatasetKind): string => {
  const found = workloads.find(({ usesDatasets }) => usesDatasets === kind);
  if (found === undefined) throw new Error(`No workload works on ${kind}`);
  return found.module;
};

/** "hnsw, naive on quick" */
export const titleOf = (spec: Spec): string => workloadOf(spec).title(spec);

/** Units that are done, and that there will be. */
export const unitsOf = (run: RunState): { readonly done: number; readonly total: number } => {
  const workload = workloadOf(run.spec);
  return { done: workload.done(run), total: workload.total(run.spec) };
};

/** Units that a resumed run does not do again. */
export const keptOf = (run: RunState): number => {
  const workload = workloadOf(run.spec);
  return workload.kept?.(run) ?? workload.done(run);
};

/** "1,200 steps", "1 step" */
export const countedUnits = (spec: Pick<Spec, 'kind'>, count: number, adjective = ''): string => {
  const { one, many } = workloadOf(spec).noun;
  return counted(count, `${adjective}${one}`, `${adjective}${many}`);
};
