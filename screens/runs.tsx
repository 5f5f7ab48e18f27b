import { useState } from 'react';
import { isComparable } from '../src/compare/compare.ts';
import { gistOf } from '../src/runs/best-point.ts';
import type { RunState } from '../src/runs/state.ts';
import { type Handler, useCommandCenter, useCommands } from './commands.tsx';
import { Frame } from './components/frame.tsx';
import { Lines } from './components/lines.tsx';
import { listOf, matches } from './components/list.ts';
import { waitLine } from './components/wait.ts';
import { useMoment, useNow, useUi } from './context.tsx';
import { isLive, isPaid } from './run-facts.ts';
import { runSorts, runTable, runText, sortRuns } from './run-rows.ts';
import { bold, dim, type LineLike, leftRight, span, wrap } from './text.ts';
import { useCursor } from './use-cursor.ts';
import { useDashboard } from './use-dashboard.ts';
import { useMarks } from './use-marks.ts';
import { usePrompt } from './use-prompt.ts';
import { useRunCommands } from './use-run-commands.tsx';

/** Every run there is. */
export const Runs = () => {
  const { runs, unreadable, navigation, now: clock } = useUi();
  const { setNote } = useCommandCenter();
  const [filter, setFilter] = useState('');
  const [openedAt] = useState(clock);
  const all = runs ?? [];
  // The first that was marked is what the others are compared with.
  const { marked, ...marks } = useMarks(all.map(({ run }) => run));
  const now = useNow(runs === undefined || all.some(isLive));
  const moment = useMoment(now);
  const paid = all.some(isPaid);
  const [sort, setSort] = useState(0);
  const sorting = runSorts[sort % runSorts.length] ?? 'newest first';
  const found = filter === '' ? all : all.filter(state => matches(runText(state), filter));
  const shown = sortRuns(found, sorting, moment);
  const cursor = useCursor(shown.map(({ run }) => run));
  const current = shown[cursor.index];
  // What is marked is meant, also where the cursor or a filter is elsewhere.
  const meant = marked.length > 0 ? all.filter(({ run }) => marked.includes(run)) : current === undefined ? [] : [current];
  const actions = useRunCommands(meant);
  const dashboard = useDashboard(meant.length > 1 ? 'Each run has a page of its own: unmark all but one.' : meant[0]);
  const prompt = usePrompt({ label: 'filter', onChange: setFilter, onAccept: setFilter, onCancel: () => setFilter('') });

  const mark = () => {
    if (current === undefined) return;
    marks.toggle(current.run);
    cursor.commands.down();
  };
  const comparing = (): Handler => {
    // In the order of the marks.
    const states = (marked.length > 0 ? marked : meant.map(({ run }) => run)).flatMap(run => meant.find(state => state.run === run) ?? []);
    const measured = states.filter(state => gistOf(state).points > 0);
    const [first] = measured;
    if (first === undefined) return states.length > 1 ? 'None of the marked runs has a point.' : 'It has no point that could be compared.';
    const without = states.filter(state => gistOf(state).points === 0).map(({ run }) => run);
    return () => {
      if (without.length > 0) setNote(`Without a point, so not compared: ${without.join(', ')}.`);
      if (measured.length > 1 || isComparable(measured)) navigation.push({ screen: 'compare', runs: measured.map(({ run }) => run) });
      else navigation.push({ screen: 'compare-with', run: first.run });
    };
  };

  useCommands('runs', {
    ...cursor.commands,
    open:
      current === undefined
        ? all.length === 0
          ? 'There is no run yet: b starts one.'
          : 'No run has these words.'
        : () => navigation.push({ screen: isLive(current) || current.outcome !== 'done' ? 'monitor' : 'result', run: current.run }),
    benchmark: () => navigation.push({ screen: 'what' }),
    stop: actions.stop,
    resume: actions.resume,
    remove: actions.remove,
    dashboard,
    mark: current === undefined ? 'There is no run to mark.' : mark,
    'sort-runs': all.length < 2 ? 'There is nothing to sort.' : () => setSort(n => n + 1),
    compare: comparing(),
    filter: () => prompt.open(filter),
    back: () => (filter === '' ? navigation.back() : setFilter('')),
  });

  return (
    <Frame crumbs={['runs']} prompt={prompt.line}>
      {({ columns, height }) => {
        if (actions.question !== undefined) return actions.question({ columns, height });
        const place = shown.length === 0 ? '0' : `${cursor.index + 1} of ${shown.length}`;
        const head: LineLike = leftRight(
          [
            bold('Runs'),
            dim(`  ${place}${filter === '' ? '' : ` with “${filter}”, ${all.length} in all`}`),
            marked.length > 0 && span('accent', `  ${marked.length} marked`),
          ],
          dim(all.length > 1 ? sorting : ''),
          columns,
        );
        const table = runTable(shown, moment, columns - 2 - marks.columns, { named: true, paid });
        const told = Math.min(unreadable.length, Math.max(1, Math.floor(height / 4)));
        const broken = unreadable.slice(0, told).map(({ run, why }, at): LineLike => {
          const more = at === told - 1 && unreadable.length > told ? `  (and ${unreadable.length - told} more)` : '';
          return span('warn', `! ${run} cannot be read: ${why}; runs rm ${run}${more}`);
        });
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
              : [
                  [{ text: ' '.repeat(2 + marks.columns) }, ...table.head],
                  ...listOf(shown.length, cursor.index, height - 3 - broken.length, n => {
                    const state = shown[n] as RunState;
                    return marks.boxed(table.row(state), state.run);
                  }),
                ];
        return <Lines columns={columns} lines={[head, '', ...body, ...broken]} />;
      }}
    </Frame>
  );
};
