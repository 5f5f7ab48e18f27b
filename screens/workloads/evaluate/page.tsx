import { MontagePage } from '../prepare/montage-page.tsx';

const says = [
  'Scored are the baselines, which need no training: line length in three ways, and 2–8 Hz power. Thresholds are chosen on dev, used once on test.',
  'Recordings that are not prepared yet are prepared first; synthetic patients are made here, free and without an account.',
];

/** First question of an evaluation. */
export const EvaluatePage = () => (
  <MontagePage kind="evaluate" crumb="evaluation" title="On which channels shall it be scored?" says={says} />
);
