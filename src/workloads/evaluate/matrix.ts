/** Who was trained where and tested where: several checkpoints on several datasets. Pure. */
import type { DetectorScore, EvaluateResults } from './results.ts';
import type { EvaluateSpec } from './spec.ts';

export type Cell = {
  readonly dataset: string;
  /** Its model was trained on that dataset, on other patients of it. */
  readonly own: boolean;
  readonly score?: DetectorScore;
};

export type MatrixRow = { readonly title: string; readonly trainedOn: readonly string[]; readonly cells: readonly Cell[] };

export type Matrix = { readonly datasets: readonly string[]; readonly rows: readonly MatrixRow[] };

/** Undefined where there is only one dataset that models were trained and tested on, and before anything was scored. */
export const matrixOf = ({ checkpoints = [], datasets }: EvaluateSpec, { detectors }: EvaluateResults): Matrix | undefined => {
  const names = datasets.map(({ name }) => name).filter(name => detectors.some(({ dataset }) => dataset === name));
  const involved = new Set([...names, ...checkpoints.flatMap(({ trainedOn }) => trainedOn)]);
  if (names.length === 0 || checkpoints.length === 0 || involved.size < 2) return undefined;
  return {
    datasets: names,
    rows: checkpoints.map(({ name, title, trainedOn }) => ({
      title,
      trainedOn,
      cells: names.map(dataset => {
        const score = detectors.find(one => one.dataset === dataset && one.detector === name);
        return { dataset, own: trainedOn.includes(dataset), ...(score !== undefined && { score }) };
      }),
    })),
  };
};

/** What its marks mean. */
export const matrixRule = 'AUROC / F1; in brackets where a model was tested on the dataset that it was trained on, on other patients of it';
