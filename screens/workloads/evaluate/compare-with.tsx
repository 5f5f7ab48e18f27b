import { gistOf } from '../../../src/workloads/evaluate/best.ts';
import { isEvaluateRun } from '../../../src/workloads/evaluate/spec.ts';
import { useCommands } from '../../app/commands.tsx';
import { useNow, useUi } from '../../app/context.tsx';
import { bold, wrap } from '../../app/text.ts';
import { useCursor } from '../../app/use-cursor.ts';
import { Frame } from '../../components/frame.tsx';
import { Lines } from '../../components/lines.tsx';
import { listLines } from '../../components/list.ts';
import { runTable } from '../../run/run-rows.ts';

/** Which evaluation to compare with. */
export const CompareEvaluationWith = ({ run }: { readonly run: string }) => {
  const { runs = [], navigation } = useUi();
  const now = useNow(false);
  const others = runs.filter(isEvaluateRun).filter(state => state.run !== run && gistOf(state).best !== undefined);
  const cursor = useCursor(others.map(state => state.run));

  const { id: chosen } = cursor;
  useCommands('compare-with', {
    ...cursor.commands,
    'compare-choose':
      chosen === undefined
        ? 'There is no other evaluation with scores yet.'
        : () => navigation.replace({ screen: 'compare', kind: 'evaluate', runs: [run, chosen] }),
  });

  return (
    <Frame crumbs={['runs', run, 'compare with']}>
      {({ columns, height }) => {
        const body =
          others.length === 0
            ? wrap('No other evaluation has scores yet. a on the result runs it again; two runs of one spec should agree.', columns)
            : listLines(others.map(runTable(others, now, columns - 2, { named: true }).row), cursor.index, height - 2);
        return <Lines columns={columns} lines={[bold(`Compare ${run} with`), '', ...body]} />;
      }}
    </Frame>
  );
};
