/** What lists need of a prediction. Pure. */
import { notedGist } from '../../runs/gist.ts';
import type { PredictRun } from './spec.ts';

export type Gist = { readonly told: number; readonly failed: number; readonly seizures: number };

/** For a run out of a list this reads no file, and `run.results` does. */
export const gistOf = (run: Pick<PredictRun, 'spec' | 'results'>): Gist => {
  const noted = notedGist(run) as Gist | undefined;
  if (noted !== undefined) return noted;
  const { predicted } = run.results;
  return {
    told: predicted.length,
    failed: predicted.filter(one => 'error' in one).length,
    seizures: predicted.reduce((count, one) => count + ('error' in one ? 0 : one.events.length), 0),
  };
};
