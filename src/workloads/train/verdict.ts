/** What came out of a training, in a line. Pure. */
import { counted } from '../../text/format.ts';
import { fraction } from '../evaluate/figures.ts';
import type { DetectorScore } from '../evaluate/results.ts';
import { chosenTrained, trainedVerdict } from '../evaluate/trained.ts';
import { aurocText, trainedScores } from './best.ts';
import type { TrainResults } from './results.ts';

/** The trained model that dev chose; the first where dev cannot tell. */
export const chosenOf = (results: Pick<TrainResults, 'evaluation'>, dataset: string): DetectorScore | undefined =>
  chosenTrained(trainedScores(results, dataset));

/** "tiny: AUROC 0.912 [0.871, 0.944], better than the best baseline (2–8 Hz power) by 0.112 AUROC [+0.071, +0.153] · synthetic" */
export const trainVerdict = (results: Pick<TrainResults, 'evaluation'>, dataset: string, synthetic: boolean): string =>
  trainedVerdict(
    results.evaluation.detectors.filter(one => one.dataset === dataset),
    synthetic,
  );

/** "3 seeds: AUROC 0.903 ± 0.012 (mean ± sd; 0.891, 0.902, 0.915)"; empty of a single one. */
export const seedsText = (scores: readonly DetectorScore[]): string => {
  const aurocs = scores.flatMap(({ auroc }) => (auroc === undefined ? [] : [auroc]));
  if (aurocs.length < 2) return '';
  return `${counted(aurocs.length, 'seed')}: AUROC ${aurocText(aurocs, 3)} (mean ± sd; ${aurocs.map(value => fraction(value)).join(', ')})`;
};
