/** Two runs compared patient by patient, by `python -m seizure compare` in the core's environment. */
import * as v from 'valibot';
import { runSeizure } from '../../datasets/seizure-command.ts';
import { UserError } from '../../errors/errors.ts';
import { runFiles } from '../../runs/files.ts';
import { fits } from '../../util/shape.ts';

/** Figures of a run on one dataset: of what it trained or was given, the mean over seeds; without any, of its best baseline. */
type Side = { readonly titles: readonly string[]; readonly figures: Readonly<Record<string, number | null>> };

/** The other minus the one; with the interval of it over draws of patients that are the same for both. */
export type PairedDifference = {
  readonly difference: number | null;
  readonly interval: { readonly low: number; readonly high: number } | null;
};

export type PairedRuns = {
  readonly dataset: string;
  readonly synthetic: boolean;
  readonly patients: number;
  readonly recordings: number;
  readonly one: Side;
  readonly other: Side;
  /** By the figure's name: "auroc", "f1", "sensitivity", "precision", "fa_per_day". */
  readonly differences: Readonly<Record<string, PairedDifference>>;
};

const side = v.looseObject({ titles: v.array(v.string()), figures: v.record(v.string(), v.nullable(v.number())) });
const shape = v.looseObject({
  pairs: v.array(v.looseObject({ dataset: v.string(), one: side, other: side, differences: v.record(v.string(), v.looseObject({})) })),
});

export type PairedOptions = { readonly python: string; readonly one: string; readonly other: string; readonly signal: AbortSignal };

/** Of each dataset that both runs were scored on, by the same recordings. Throws a `UserError` where there is none. */
export const pairedRuns = async ({ python, one, other, signal }: PairedOptions): Promise<readonly PairedRuns[]> => {
  const otherwise = { what: `${one} and ${other} were not compared patient by patient`, hint: `ann-tui results ${other}` };
  const lines = await runSeizure({ python, words: ['compare', runFiles(one).job, runFiles(other).job], signal, otherwise });
  const found: unknown = JSON.parse(lines.find(line => line.startsWith('{')) ?? 'null');
  if (!fits(shape, found)) throw new UserError({ ...otherwise, why: 'what came back is no comparison' });
  return (found as { readonly pairs: readonly PairedRuns[] }).pairs;
};
