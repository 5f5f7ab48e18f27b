/** What an evaluation's run says in a line or two. Pure. */
import { counted } from '../../text/format.ts';
import { fraction, kindWords, perDay, share, withInterval } from './figures.ts';
import type { DetectorScore, EvaluateResults } from './results.ts';
import { chosenTrained, seedLines, syntheticWord, trainedVerdict } from './trained.ts';

export { syntheticWord };

/** By AUROC, the highest first; those without one last, in their order. */
export const ranked = (detectors: readonly DetectorScore[]): readonly DetectorScore[] =>
  detectors.toSorted((a, b) => (b.auroc ?? -1) - (a.auroc ?? -1));

/** The one that the run itself calls the best, as it was chosen on dev; else the first by AUROC on test. */
export const bestOf = (detectors: readonly DetectorScore[]): DetectorScore | undefined =>
  detectors.find(({ best }) => best) ?? ranked(detectors)[0];

/** Only what belongs to one dataset. */
export const ofDataset = (results: EvaluateResults, dataset: string): EvaluateResults => {
  const own = <T extends { readonly dataset: string }>(all: readonly T[]) => all.filter(one => one.dataset === dataset);
  return { judged: own(results.judged), detectors: own(results.detectors), patients: own(results.patients), traces: own(results.traces) };
};

/** What the figures rest on, counted over the test split. */
export type Basis = { readonly patients: number; readonly recordings: number; readonly hours: number; readonly seizures: number };

export const basisOf = ({ judged }: Pick<EvaluateResults, 'judged'>): Basis => {
  const test = judged.filter(({ split }) => split === 'test');
  return {
    patients: new Set(test.map(({ patient }) => patient)).size,
    recordings: test.length,
    hours: test.reduce((sum, { hours }) => sum + hours, 0),
    seizures: test.reduce((sum, { seizures }) => sum + seizures, 0),
  };
};

export const basisWords = ({ patients, recordings, hours, seizures }: Basis): string =>
  [
    counted(patients, 'patient'),
    ...(recordings === patients ? [] : [counted(recordings, 'recording')]),
    `${hours.toFixed(hours < 10 ? 1 : 0)} h`,
    counted(seizures, 'seizure'),
  ].join(' · ');

/** The first words about detectors of one dataset, and which of them they are about: what was trained, else the best baseline. */
export type Head = { readonly text: string; readonly detector: DetectorScore };

export const headOf = (detectors: readonly DetectorScore[], synthetic: boolean): Head | undefined => {
  const detector = chosenTrained(detectors) ?? bestOf(detectors);
  return detector === undefined ? undefined : { text: verdict(detectors, synthetic), detector };
};

/** "2–8 Hz power is the best of 4: AUROC 0.878 [0.831, 0.914]"; of trained models how much better than the baselines, and over seeds. */
export const verdict = (detectors: readonly DetectorScore[], synthetic: boolean): string => {
  const trained = [trainedVerdict(detectors, synthetic), ...seedLines(detectors)].filter(Boolean);
  if (trained.length > 0) return trained.join('. ');
  const best = bestOf(detectors);
  if (best === undefined) return '';
  const mark = synthetic ? ` · ${syntheticWord}` : '';
  const of = detectors.length === 1 ? '' : ` is the best of ${detectors.length}`;
  if (best.auroc === undefined) return `${best.title}: ${perDay(best.fa_per_day)} FA/24h; AUROC needs a seizure in the test split${mark}`;
  return `${best.title}${of}: AUROC ${withInterval(best.auroc, best.auroc_interval)}${mark}`;
};

/** Where a threshold comes from, before the figures that it gives. */
const thresholdWords = ({ threshold, threshold_from }: DetectorScore): string => {
  switch (threshold_from) {
    case 'checkpoint':
      return `at the checkpoint’s threshold ${fraction(threshold)}`;
    case 'test':
      return `at the threshold ${fraction(threshold)}, which was chosen on these very recordings`;
    case 'nothing':
      return `at the threshold ${fraction(threshold)}, which nothing was there to choose by`;
    default:
      return `at the dev threshold ${fraction(threshold)}`;
  }
};

/** "at the dev threshold 0.62: F1 0.78 · sens 0.86 · prec 0.71 · 6.2 FA/24h" */
export const atThreshold = (score: DetectorScore): string => {
  const [low, high] = score.f1_interval ?? [];
  const f1 = low === undefined || high === undefined ? '' : ` [${share(low)}, ${share(high)}]`;
  const parts = [
    `F1 ${score.f1 === undefined ? 'undefined' : `${share(score.f1)}${f1}`}`,
    `sens ${share(score.sensitivity)}`,
    `prec ${share(score.precision)}`,
    `${perDay(score.fa_per_day)} FA/24h`,
    ...(score.latency_seconds === undefined ? [] : [`found after ${score.latency_seconds.toFixed(0)} s`]),
  ];
  return `${thresholdWords(score)}: ${parts.join(' · ')}`;
};

/** "AUROC by type: generalised 0.942 · focal 0.871"; empty where none is known. */
export const kindsText = ({ kinds = [] }: DetectorScore): string => {
  const told = kinds.flatMap(({ kind, auroc }) => (auroc === undefined ? [] : [`${kindWords(kind) || 'not known'} ${fraction(auroc)}`]));
  return told.length === 0 ? '' : `AUROC by type: ${told.join(' · ')}`;
};

/** The rates at which sensitivity is asked for, the highest first. */
export const askedRates = [10, 5, 2.5, 1] as const;

export const sensitivityAt = (score: DetectorScore, rate: number): number | undefined =>
  score.sensitivity_at.find(({ fa_per_day }) => fa_per_day === rate)?.sensitivity;

/** Whose rules the events were counted by. Never another's name. */
export const rules = 'SzCORE rules, 1-Hz';

/** Why a figure may be "–": what a reader has to know of this table. */
export const gaps = (detectors: readonly DetectorScore[], { seizures, recordings }: Basis): readonly string[] => [
  ...(recordings > 0 && seizures === 0 ? ['No seizure is in the test split: only false alarms can be counted.'] : []),
  ...(seizures > 0 && detectors.some(score => score.sensitivity_at.some(at => at.sensitivity === undefined))
    ? ['– under sensitivity: no threshold makes so few false alarms.']
    : []),
  ...(seizures > 0 && detectors.some(({ f1 }) => f1 === undefined)
    ? ['F1 is undefined where nothing was found and nothing was predicted.']
    : []),
];
