/** What lists, and forecasts of trainings, need of a measurement. Pure. */
import { notedGist } from '../../runs/gist.ts';
import type { Measured } from './results.ts';
import { type Machine, type MeasureRun, partName } from './spec.ts';

/** Of each machine, in their order; null where it was not measured. */
export type Gist = readonly (Pick<Measured, 'windows_per_s' | 'memory_bytes'> | null)[];

const gistOfPart = ({ results }: Pick<MeasureRun, 'results'>, part: string): Gist[number] => {
  const found = results.measured.find(one => one.part === part);
  if (found === undefined) return null;
  const { windows_per_s, memory_bytes } = found;
  return { windows_per_s, ...(memory_bytes !== undefined && { memory_bytes }) };
};

/** For a run out of a list this reads no file, and `run.results` does. */
export const gistOf = (run: Pick<MeasureRun, 'spec' | 'results'>): Gist =>
  (notedGist(run) as Gist | undefined) ?? run.spec.machines.map((_, at) => gistOfPart(run, partName(at)));

export type MachineSpeed = { readonly machine: Machine; readonly rate: number; readonly memory?: number };

/** Windows a second of those that were measured. */
export const speedsOf = (run: Pick<MeasureRun, 'spec' | 'results'>): readonly MachineSpeed[] =>
  gistOf(run).flatMap((one, at) => {
    const machine = run.spec.machines[at];
    if (one === null || machine === undefined) return [];
    return [{ machine, rate: one.windows_per_s, ...(one.memory_bytes !== undefined && { memory: one.memory_bytes }) }];
  });

/** Windows that a dollar buys. */
export const windowsPerDollar = (rate: number, { dollarsPerHour }: Pick<Machine, 'dollarsPerHour'>): number =>
  (rate * 3600) / dollarsPerHour;
