/** The words of every workload: the one list of the command line. Their commands stand in `commands.ts`. */
import type { OnDisk } from '../datasets/catalogue.ts';
import type { Spec } from '../runs/spec.ts';
import type { RunState } from '../runs/state.ts';
import { benchLines } from '../workloads/bench/cli/lines.ts';
import { evaluateLines } from '../workloads/evaluate/cli/lines.ts';
import { measureLines } from '../workloads/measure/cli/lines.ts';
import { predictLines } from '../workloads/predict/cli/lines.ts';
import { prepareLines } from '../workloads/prepare/cli/lines.ts';
import { unitsOf } from '../workloads/registry.ts';
import { trainLines } from '../workloads/train/cli/lines.ts';
import type { WorkloadLines } from './workload-lines.ts';

const all: readonly WorkloadLines[] = [
  // A workload is only ever given runs of its own kind.
  benchLines as unknown as WorkloadLines,
  prepareLines as unknown as WorkloadLines,
  evaluateLines as unknown as WorkloadLines,
  trainLines as unknown as WorkloadLines,
  predictLines as unknown as WorkloadLines,
  measureLines as unknown as WorkloadLines,
];

export const linesOf = ({ kind }: Pick<Spec, 'kind'>): WorkloadLines => {
  const found = all.find(lines => lines.kind === kind);
  if (found === undefined) throw new Error(`No workload is registered as "${kind}"`);
  return found;
};

/** Of fetched files of a run, which need not be known here: what is not what was written, relative to the folder. */
export const unsoundIn = async (run: string, folder: string): Promise<readonly string[]> =>
  (await all.find(({ kind }) => run.startsWith(`${kind}-`))?.unsound?.(folder)) ?? [];

/** What any workload has to say of a dataset. */
export const datasetNotes = (name: string, here: OnDisk): readonly string[] => all.flatMap(lines => lines.datasetNotes(name, here));

/** Whether a run has something to be written as a report, or to be compared. */
export const hasSomething = (what: 'report' | 'comparison', run: RunState): boolean => {
  const { has } = linesOf(run.spec);
  return has === undefined ? unitsOf(run).done > 0 : has(what, run);
};
