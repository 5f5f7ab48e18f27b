import { useState } from 'react';
import { isComparable } from '../src/compare/compare.ts';
import { useCommandCenter, useCommands } from './commands.tsx';
import { Frame } from './components/frame.tsx';
import { Lines } from './components/lines.tsx';
import { listLines, matches } from './components/list.ts';
import { waitLine } from './components/wait.ts';
import { useMoment, useNow, useUi } from './context.tsx';
import { isLive, isPaid } from './run-facts.ts';
import { runRow, runText } from './run-rows.ts';
import { bold, dim, type LineLike, span, wrap } from './text.ts';
import { useCursor } from './use-cursor.ts';
import { useDashboard } from './use-dashboard.ts';
import { useMarks } from './use-marks.ts';
import { usePrompt } from './use-prompt.ts';
import { useRunCommands } from './use-run-commands.tsx';

/** Every run there is. */
export const Runs = () => {
  const { runs, navigation, now: clock } = useUi();
  const { setNote } = useCommandCenter();
  const [filter, setFilter] = useState('');
  const [openedAt] = useState(clock);
  const all = runs ?? [];
  // The first that was marked is what the others are compared with.
  const { marked, ...marks } = useMarks(all.map(({ run }) => run));
  const now = useNow(runs === undefined || all.some(isLive));
  const moment = useMoment(now);
  const paid = all.some(isPaid);
  const shown = all.filter(state => matches(runText(state), filter));
  const cursor = useCursor(shown.map(({ run }) => run));
  const current = shown[cursor.index];
  const actions = useRunCommands(current);
  const dashboard = useDashboard(current);
  const prompt = usePrompt({ label: 'filter', onChange: setFilter, onAccept: setFilter, onCancel: () => setFilter('') });

  const mark = () => {
    if (current === undefined) return setNote('There is no run to mark.');
    const { run } = current;
    if (current.points.length === 0) return setNote(`${run} has no point that could be compared.`);
    marks.toggle(run);
    cursor.commands.down();
  };
  const compare = () => {
    const chosen = marked.length > 0 ? marked : current === undefined ? [] : [current.run];
    const states = all.filter(({ run }) => chosen.includes(run));
    if (chosen.length > 1 || isComparable(states)) navigation.push({ screen: 'compare', runs: chosen });
    else if (chosen[0] === undefined || states.every(({ points }) => points.length === 0))
      setNote('Mark two runs or more with space, then c compares them.');
    else navigation.push({ screen: 'compare-with', run: chosen[0] });
  };

  useCommands('runs', {
    ...cursor.commands,
    open: () =>
      current === undefined
        ? setNote(all.length === 0 ? 'There is no run yet: b starts one.' : 'No run has these words.')
        : navigation.push({ screen: isLive(current) || current.outcome !== 'done' ? 'monitor' : 'result', run: current.run }),
    benchmark: () => navigation.push({ screen: 'what' }),
    stop: actions.stop,
    resume: actions.resume,
    remove: actions.remove,
    dashboard,
    mark,
    compare,
    filter: () => prompt.open(filter),
    back: () => (filter === '' ? navigation.back() : setFilter('')),
  });

  return (
    <Frame crumbs={['runs']} prompt={prompt.line}>
      {({ columns, height }) => {
        if (actions.question !== undefined) return actions.question({ columns, height });
        const head: LineLike = [
          bold('Runs'),
          dim(`  ${shown.length}${filter === '' ? '' : ` of ${all.length} with “${filter}”`}`),
          marked.length > 0 && span('accent', `  ${marked.length} marked${marked.length > 1 ? ': c compares them' : ''}`),
        ];
        const body: readonly LineLike[] =
          runs === undefined
            ? [waitLine('Reading the runs', openedAt, now, 'under a second')]
            : all.length === 0
              ? [
                  'No run yet.',
                  ...wrap('A run is one benchmark: what was measured, on which machine, with its log and its points.', columns).map(dim),
                  '',
                  ...wrap('b starts one. With Enter on every screen it takes about a minute and costs nothing.', columns),
                ]
              : listLines(
                  shown.map(state => marks.boxed(runRow(state, moment, columns - 2 - marks.columns, { named: true, paid }), state.run)),
                  cursor.index,
                  height - 2,
                );
        return <Lines columns={columns} lines={[head, '', ...body]} />;
      }}
    </Frame>
  );
};
