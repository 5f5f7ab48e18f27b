/** What was measured, the most windows a dollar first, with what a training takes and costs there. Pure. */

import { windowsOfStep } from '../train/cost.ts';
import { windowsPerDollar } from './gist.ts';
import type { Measured } from './results.ts';
import { type Machine, type MeasureRun, partName } from './spec.ts';

export type Ranked = {
  readonly machine: Machine;
  readonly part: string;
  /** Absent where it was not measured, or not yet. */
  readonly measured?: Measured;
  readonly windowsPerDollar?: number;
  readonly dollarsPerThousandSteps?: number;
  /** Of the whole training, all its seeds. */
  readonly seconds?: number;
  readonly dollars?: number;
  /** Windows a second so far, while it goes on. */
  readonly soFar?: number;
  /** Why it was not measured, in the job's words. */
  readonly why?: string;
};

/** "w3 (H100) failed: …": the coordinator's words about a part that failed. */
const whyOf = ({ warnings }: Pick<MeasureRun, 'warnings'>, part: string): string | undefined => {
  const told = warnings.findLast(text => text.startsWith(`${part} (`) && text.includes(') failed: '));
  return told?.slice(told.indexOf(') failed: ') + ') failed: '.length);
};

const rankedOf = (run: Pick<MeasureRun, 'spec' | 'results' | 'warnings'>, machine: Machine, at: number): Ranked => {
  const { spec, results } = run;
  const part = partName(at);
  const measured = results.measured.find(one => one.part === part);
  const soFar = results.soFar.find(one => one.part === part)?.windows_per_s;
  const why = whyOf(run, part);
  if (measured === undefined) return { machine, part, ...(soFar !== undefined && { soFar }), ...(why !== undefined && { why }) };
  const { windows_per_s: rate } = measured;
  const perSecond = machine.dollarsPerHour / 3600;
  const seconds = spec.training.windows / rate;
  return {
    machine,
    part,
    measured,
    windowsPerDollar: windowsPerDollar(rate, machine),
    dollarsPerThousandSteps: ((1000 * windowsOfStep(spec.config)) / rate) * perSecond,
    seconds,
    dollars: seconds * perSecond,
  };
};

/** Those that were measured first; the others in the order of the spec. */
export const ranking = (run: Pick<MeasureRun, 'spec' | 'results' | 'warnings'>): readonly Ranked[] =>
  run.spec.machines
    .map((machine, at) => rankedOf(run, machine, at))
    .toSorted((a, b) => (b.windowsPerDollar ?? 0) - (a.windowsPerDollar ?? 0));

/** The fastest of those that were measured. */
export const fastest = (ranked: readonly Ranked[]): Ranked | undefined =>
  ranked
    .filter(({ measured }) => measured !== undefined)
    .toSorted((a, b) => (b.measured?.windows_per_s ?? 0) - (a.measured?.windows_per_s ?? 0))[0];
