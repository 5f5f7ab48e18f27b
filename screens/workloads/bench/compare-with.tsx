import { gistOf } from '../../../src/workloads/bench/best-point.ts';
import { isComparable } from '../../../src/workloads/bench/compare/compare.ts';
import { type BenchRun, benchRuns } from '../../../src/workloads/bench/run.ts';
import { useCommands } from '../../app/commands.tsx';
import { useNow, useUi } from '../../app/context.tsx';
import { bold, dim, type LineLike, wrap } from '../../app/text.ts';
import { useCursor } from '../../app/use-cursor.ts';
import { Frame } from '../../components/frame.tsx';
import { Lines } from '../../components/lines.tsx';
import { listLines } from '../../components/list.ts';
import { runTable } from '../../run/run-rows.ts';

/** Data sets that two runs have both measured. */
const common = (a: BenchRun | undefined, b: BenchRun): number => {
  const own = a === undefined ? [] : gistOf(a).datasets;
  return gistOf(b).datasets.filter(dataset => own.includes(dataset)).length;
};

/** Which run to compare with: those with a data set in common first, and the run's own implementations on top. */
export const CompareWith = ({ run }: { readonly run: string }) => {
  const { runs: all = [], navigation } = useUi();
  const runs = benchRuns(all);
  const now = useNow(false);
  const own = runs.find(state => state.run === run);
  const others = runs
    .filter(state => state.run !== run && gistOf(state).points > 0)
    .toSorted((a, b) => Math.sign(common(own, b)) - Math.sign(common(own, a)));
  const alone = own !== undefined && isComparable([own]);
  const ids = [...(alone ? [run] : []), ...others.map(state => state.run)];
  const cursor = useCursor(ids, others[0]?.run);

  const { id: chosen } = cursor;
  useCommands('compare-with', {
    ...cursor.commands,
    'compare-choose':
      chosen === undefined
        ? 'There is no other run with points yet.'
        : () => navigation.replace({ screen: 'compare', kind: 'bench', runs: chosen === run ? [run] : [run, chosen] }),
  });

  return (
    <Frame crumbs={['runs', run, 'compare with']}>
      {({ columns, height }) => {
        const head: LineLike = [bold(`Compare ${run} with`), dim(columns < 60 ? '' : '  at equal recall, each ratio with its interval')];
        const rows: readonly LineLike[] = [
          ...(alone ? [[dim('its own implementations and builds with each other')]] : []),
          ...others.map(runTable(others, now, columns - 2, { named: true }).row),
        ];
        const body =
          ids.length === 0
            ? wrap('No other run has points yet. Enter on a result runs it again; two runs of one spec should agree.', columns)
            : listLines(rows, cursor.index, height - 2);
        return <Lines columns={columns} lines={[head, '', ...body]} />;
      }}
    </Frame>
  );
};
