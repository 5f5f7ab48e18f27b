import type { RunState } from '../../../src/runs/state.ts';
import { gistOf as evaluationGist } from '../../../src/workloads/evaluate/best.ts';
import { isEvaluateRun } from '../../../src/workloads/evaluate/spec.ts';
import { gistOf } from '../../../src/workloads/train/best.ts';
import { isTrainRun } from '../../../src/workloads/train/spec.ts';
import { useCommands } from '../../app/commands.tsx';
import { useNow, useUi } from '../../app/context.tsx';
import { bold, wrap } from '../../app/text.ts';
import { useCursor } from '../../app/use-cursor.ts';
import { Frame } from '../../components/frame.tsx';
import { Lines } from '../../components/lines.tsx';
import { listLines } from '../../components/list.ts';
import { runTable } from '../../run/run-rows.ts';

/** Trainings that have learnt something, and evaluations with scores. */
const isOther = (state: RunState): boolean => {
  if (isTrainRun(state)) return gistOf(state).dev !== undefined;
  return isEvaluateRun(state) && evaluationGist(state).best !== undefined;
};

const none = 'No other training has looked at dev yet, and no evaluation has scores. ann-tui train --set training.steps=600 makes one.';

/** Which run to compare a training with. */
export const CompareTrainingWith = ({ run }: { readonly run: string }) => {
  const { runs = [], navigation } = useUi();
  const now = useNow(false);
  const others = runs.filter(isOther).filter(state => state.run !== run);
  const cursor = useCursor(others.map(state => state.run));

  const { id: chosen } = cursor;
  useCommands('compare-with', {
    ...cursor.commands,
    'compare-choose':
      chosen === undefined
        ? 'There is no other run to compare with yet.'
        : () => navigation.replace({ screen: 'compare', kind: 'train', runs: [run, chosen] }),
  });

  return (
    <Frame crumbs={['runs', run, 'compare with']}>
      {({ columns, height }) => {
        const body =
          others.length === 0
            ? wrap(none, columns)
            : listLines(others.map(runTable(others, now, columns - 2, { named: true }).row), cursor.index, height - 2);
        return <Lines columns={columns} lines={[bold(`Compare ${run} with`), '', ...body]} />;
      }}
    </Frame>
  );
};
