import { asEvaluation } from '../../../src/workloads/train/as-evaluation.ts';
import type { TrainResults } from '../../../src/workloads/train/results.ts';
import type { TrainSpec } from '../../../src/workloads/train/spec.ts';
import type { Handler } from '../../app/commands.tsx';
import { useUi } from '../../app/context.tsx';
import { type Line, line } from '../../app/text.ts';
import { useKept } from '../../app/use-kept.ts';
import { EvaluationResult } from '../evaluate/result.tsx';
import type { ResultProps } from '../workload-screens.ts';
import { checkView } from './check-view.ts';
import { checkpointView } from './checkpoint-view.ts';
import { metricView, nextMetric } from './metric-view.ts';
import { seedView } from './seed-view.ts';

type View = 'scores' | 'curves' | 'checkpoints';

/** What was trained is worth, on test beside the baselines; its curves; its seeds and checkpoints. */
export const TrainResult = ({ state }: ResultProps<TrainSpec, TrainResults>) => {
  const { services, navigation, beginDraft } = useUi();
  const { run, spec, results } = state;
  const isScored = results.evaluation.detectors.length > 0;
  const [chosen, setView] = useKept<View | undefined>('view', undefined);
  const view = chosen ?? (isScored || results.series.length === 0 ? 'scores' : 'curves');
  const [metric, setMetric] = useKept<string | undefined>('metric', undefined);
  /** To that view, or back to the scores. */
  const toggle = (wanted: View, label: string): Handler =>
    view === wanted ? { label: 'scores', run: () => setView('scores') } : { label, run: () => setView(wanted) };

  const seedsAndCheckpoints = (columns: number, height: number, now: number): readonly Line[] => {
    const seeds = seedView(state, columns, Math.max(3, Math.floor(height / 2)));
    return [
      ...seeds,
      line(''),
      ...checkpointView(state, columns, height - seeds.length - 1, now, file => services.workloads.train.folder(run, file)),
    ];
  };

  const evaluate = () => {
    // Nothing of what was answered before; of the training its recordings, until others are chosen.
    beginDraft({ kind: 'evaluate', answers: { checkpoint: run }, datasets: spec.datasets.map(({ name }) => name) });
    navigation.push({ screen: 'page', kind: 'evaluate', page: 'evaluate' });
  };

  return (
    <EvaluationResult
      state={state}
      evaluation={asEvaluation(state)}
      own={{
        report: () => services.workloads.train.report(run),
        commands: {
          'training-curves': results.series.length === 0 ? 'No metric was told yet.' : toggle('curves', 'curves'),
          'training-checkpoints': toggle('checkpoints', 'checkpoints'),
          ...(view === 'curves' && { 'next-dataset': () => setMetric(nextMetric(state, metric)) }),
          compare:
            results.series.length === 0 ? 'No metric was told yet.' : () => navigation.push({ screen: 'compare-with', kind: 'train', run }),
          'training-evaluate': results.checkpoints.length === 0 ? 'No checkpoint was written yet.' : evaluate,
        },
        lines:
          spec.check === true
            ? (columns, height) => checkView(state, columns, height)
            : view === 'curves'
              ? (columns, height) => metricView(state, metric, columns, height)
              : view === 'checkpoints'
                ? seedsAndCheckpoints
                : undefined,
      }}
    />
  );
};
