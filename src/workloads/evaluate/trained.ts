/** What came out of trained models, beside the baselines that were judged with them. Pure. */
import { counted } from '../../text/format.ts';
import { deviation, mean } from '../../util/numbers.ts';
import { fraction, withInterval } from './figures.ts';
import type { DetectorScore } from './results.ts';

/** What comes from made data is told so beside every figure. */
export const syntheticWord = 'synthetic';

/** In their order. */
export const trainedOf = (detectors: readonly DetectorScore[]): readonly DetectorScore[] =>
  detectors.filter(({ seed }) => seed !== undefined);

/** The trained model that dev chose; the first where dev cannot tell. */
export const chosenTrained = (detectors: readonly DetectorScore[]): DetectorScore | undefined =>
  trainedOf(detectors).reduce<DetectorScore | undefined>(
    (best, one) => (best === undefined || (one.dev_auroc ?? -1) > (best.dev_auroc ?? -1) ? one : best),
    undefined,
  );

/** Signed, as a difference is read: "+0.112", "-0.004". */
export const signed = (value: number, digits = 3): string => `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(digits)}`;

/** `[+0.071, +0.153]`; empty where there is none. */
export const signedInterval = (ends: readonly number[] | undefined, digits = 3): string => {
  const [low, high] = ends ?? [];
  return low === undefined || high === undefined ? '' : `[${signed(low, digits)}, ${signed(high, digits)}]`;
};

/** Which of two is better, as far as an interval of their difference tells. */
export const relation = (ends: readonly number[] | undefined): 'better' | 'worse' | 'open' => {
  const [low, high] = ends ?? [];
  if (low !== undefined && low > 0) return 'better';
  return high !== undefined && high < 0 ? 'worse' : 'open';
};

/** "better than the best baseline (2–8 Hz power) by 0.112 AUROC [+0.071, +0.153]"; undefined where there is nothing to compare with. */
export const gainWords = ({ against, gain, gain_interval }: DetectorScore, detectors: readonly DetectorScore[]): string | undefined => {
  if (against === undefined || gain === undefined) return undefined;
  const base = `the best baseline (${detectors.find(({ detector }) => detector === against)?.title ?? against})`;
  const ends = signedInterval(gain_interval);
  switch (relation(gain_interval)) {
    case 'better':
      return `better than ${base} by ${Math.abs(gain).toFixed(3)} AUROC ${ends}`;
    case 'worse':
      return `worse than ${base} by ${Math.abs(gain).toFixed(3)} AUROC ${ends}`;
    default:
      return `not better than ${base}: ${signed(gain)} AUROC ${ends}`.trimEnd();
  }
};

/** Of the one that dev chose: "tiny: AUROC 0.912 [0.871, 0.944], better than … · synthetic"; empty without a trained model. `detectors`: of one dataset. */
export const trainedVerdict = (detectors: readonly DetectorScore[], synthetic: boolean): string => {
  const chosen = chosenTrained(detectors);
  if (chosen === undefined) return '';
  const gain = gainWords(chosen, detectors);
  const auroc = `${chosen.title}: AUROC ${withInterval(chosen.auroc, chosen.auroc_interval)}`;
  return `${auroc}${gain === undefined ? '' : `, ${gain}`}${synthetic ? ` · ${syntheticWord}` : ''}`;
};

/** "tiny (train-4kq2)" of "tiny, seed 0 (train-4kq2)" */
const withoutSeed = (title: string): string => title.replace(/, seed \d+/, '');

/** Of each training with several seeds among them: "tiny (train-4kq2): AUROC 0.912 ± 0.008 over 3 seeds (0.903, 0.912, 0.921)". */
export const seedLines = (detectors: readonly DetectorScore[]): readonly string[] => {
  const trained = trainedOf(detectors);
  return [...new Set(trained.map(({ title }) => withoutSeed(title)))].flatMap(title => {
    const aurocs = trained.flatMap(one => (withoutSeed(one.title) === title && one.auroc !== undefined ? [one.auroc] : []));
    if (aurocs.length < 2) return [];
    const figures = `${mean(aurocs).toFixed(3)} ± ${deviation(aurocs).toFixed(3)}`;
    return [`${title}: AUROC ${figures} over ${counted(aurocs.length, 'seed')} (${aurocs.map(fraction).join(', ')})`];
  });
};
