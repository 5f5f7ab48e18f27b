/** What lists need of an evaluation. Pure. */
import { notedGist } from '../../runs/gist.ts';
import type { EvaluateResults } from './results.ts';
import type { EvaluateRun } from './spec.ts';
import { bestOf, ofDataset } from './verdict.ts';

/** The best detector of the first dataset that was scored; `others`: datasets beside it. */
export type Best = { readonly dataset: string; readonly title: string; readonly auroc?: number; readonly others: number };

export type Gist = { readonly judged: number; readonly best?: Best };

/** Datasets with a score, in the order in which they were scored. */
export const scoredDatasets = ({ detectors }: Pick<EvaluateResults, 'detectors'>): readonly string[] => [
  ...new Set(detectors.map(({ dataset }) => dataset)),
];

/** For a run out of a list this reads no file, and `run.results` does. */
export const gistOf = (run: Pick<EvaluateRun, 'spec' | 'results'>): Gist => {
  const noted = notedGist(run) as Gist | undefined;
  if (noted !== undefined) return noted;
  const { judged } = run.results;
  const datasets = scoredDatasets(run.results);
  const best = datasets[0] === undefined ? undefined : bestOf(ofDataset(run.results, datasets[0]).detectors);
  if (best === undefined) return { judged: judged.length };
  const { dataset, title, auroc } = best;
  return { judged: judged.length, best: { dataset, title, others: datasets.length - 1, ...(auroc !== undefined && { auroc }) } };
};
