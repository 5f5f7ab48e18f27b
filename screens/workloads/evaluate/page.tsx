import { isTrainRun } from '../../../src/workloads/train/spec.ts';
import { useUi } from '../../app/context.tsx';
import { MontagePage } from '../prepare/montage-page.tsx';
import { checkpointChoices } from './checkpoint-choices.ts';

const says = [
  'Scored are the baselines, which need no training: line length in three ways, and 2–8 Hz power. Thresholds are chosen on dev, used once on test.',
  'Recordings that are not prepared yet are prepared first; synthetic patients are made here, free and without an account.',
];

/** First question of an evaluation: the baselines on which channels, or what a run has trained. */
export const EvaluatePage = () => {
  const { runs = [], draft } = useUi();
  const others = checkpointChoices(runs.filter(isTrainRun));
  const { checkpoint } = draft.kind === 'evaluate' ? (draft.answers ?? {}) : {};
  const other = others.find(({ id }) => id === checkpoint)?.id;
  return (
    <MontagePage
      kind="evaluate"
      crumb="evaluation"
      title={others.length === 0 ? 'On which channels shall it be scored?' : 'What shall be scored: the baselines, or a training?'}
      says={says}
      others={others}
      other={other}
    />
  );
};
