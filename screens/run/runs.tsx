import { useState } from 'react';
import type { UnreadableRun } from '../../src/runs/store.ts';
import { unitsOf, workloadOf } from '../../src/workloads/registry.ts';
import { type Handler, useCommandCenter, useCommands } from '../app/commands.tsx';
import { useMoment, useNow, useUi } from '../app/context.tsx';
import { bold, dim, type LineLike, leftRight, span, wrap } from '../app/text.ts';
import { useCursor } from '../app/use-cursor.ts';
import { useKept } from '../app/use-kept.ts';
import { useMarks } from '../app/use-marks.ts';
import { usePrompt } from '../app/use-prompt.ts';
import { Frame } from '../components/frame.tsx';
import { Lines } from '../components/lines.tsx';
import { listOf, matches } from '../components/list.ts';
import { waitLine } from '../components/wait.ts';
import { screensOf, startCommands } from '../workloads/registry.ts';
import { isLive, isPaid } from './run-facts.ts';
import { runSorts, runTable, runText, sortRuns, unreadableRow } from './run-rows.ts';
import { useDashboard } from './use-dashboard.ts';
import { unreadableWords, useRunCommands } from './use-run-commands.tsx';

/** Every run there is. */
export const Runs = () => {
  const { runs, unreadable, navigation, beginDraft, now: clock } = useUi();
  const { setNote } = useCommandCenter();
  const [filter, setFilter] = useKept('filter', '');
  const [openedAt] = useState(clock);
  const all = runs ?? [];
  const names = [...all, ...unreadable].map(({ run }) => run);
  // The first that was marked is what the others are compared with.
  const { marked, ...marks } = useMarks(names);
  const now = useNow(runs === undefined || all.some(isLive));
  const moment = useMoment(now);
  const paid = all.some(isPaid);
  const [sort, setSort] = useKept('sort', 0);
  const sorts = runSorts(all);
  const sorting = sorts[sort % sorts.length] ?? 'newest first';
  const found = filter === '' ? all : all.filter(state => matches(runText(state), filter));
  const shown = sortRuns(found, sorting, moment);
  // Below the others, however these are sorted.
  const broken = filter === '' ? unreadable : unreadable.filter(({ run, why }) => matches(`${run} cannot be read: ${why}`, filter));
  const rows = [...shown, ...broken].map(({ run }) => run);
  const cursor = useCursor(rows);
  const current = shown[cursor.index];
  // What is marked is meant, also where the cursor or a filter is elsewhere.
  const meant = marked.length > 0 ? all.filter(({ run }) => marked.includes(run)) : current === undefined ? [] : [current];
  const pointed = broken[cursor.index - shown.length];
  const meantBroken = marked.length > 0 ? unreadable.filter(({ run }) => marked.includes(run)) : pointed === undefined ? [] : [pointed];
  const onlyBroken = meant.length === 0 ? unreadableWords(meantBroken) : undefined;
  const actions = useRunCommands(meant, { unreadable: meantBroken });
  const dashboard = useDashboard(meant.length > 1 ? 'Each run has a page of its own: unmark all but one.' : (onlyBroken ?? meant[0]));
  const prompt = usePrompt({ label: 'filter', onChange: setFilter, onAccept: setFilter, onCancel: () => setFilter('') });

  const mark = () => {
    if (cursor.id === undefined) return;
    marks.toggle(cursor.id);
    cursor.commands.down();
  };
  const comparing = (): Handler => {
    if (onlyBroken !== undefined) return onlyBroken;
    // In the order of the marks.
    const states = (marked.length > 0 ? marked : meant.map(({ run }) => run)).flatMap(run => meant.find(state => state.run === run) ?? []);
    const measured = states.filter(state => unitsOf(state).done > 0);
    const [first] = measured;
    if (first === undefined) {
      const noun = states[0] === undefined ? 'result' : workloadOf(states[0].spec).noun.one;
      return states.length > 1 ? `None of the marked runs has a ${noun}.` : `It has no ${noun} that could be compared.`;
    }
    const { kind } = first.spec;
    if (measured.some(({ spec }) => spec.kind !== kind)) return 'Runs of different kinds cannot be compared: unmark some.';
    const { compare } = screensOf(first.spec);
    if (compare === undefined) return `A ${workloadOf(first.spec).name} has nothing to compare.`;
    const without = [...states.filter(state => unitsOf(state).done === 0), ...meantBroken].map(({ run }) => run);
    return () => {
      if (without.length > 0) setNote(`Without a ${workloadOf(first.spec).noun.one}, so not compared: ${without.join(', ')}.`);
      if (measured.length > 1 || compare.isComparable(measured))
        navigation.push({ screen: 'compare', kind, runs: measured.map(({ run }) => run) });
      else navigation.push({ screen: 'compare-with', kind, run: first.run });
    };
  };

  useCommands('runs', {
    ...cursor.commands,
    open:
      current === undefined
        ? (unreadableWords(pointed === undefined ? [] : [pointed]) ??
          (names.length === 0 ? 'There is no run yet: b starts one.' : 'No run has these words.'))
        : () => navigation.push({ screen: isLive(current) || current.outcome !== 'done' ? 'monitor' : 'result', run: current.run }),
    ...startCommands({ navigation, beginDraft }),
    stop: actions.stop,
    resume: actions.resume,
    remove: actions.remove,
    dashboard,
    mark: cursor.id === undefined ? 'There is no run to mark.' : mark,
    'sort-runs': all.length < 2 ? 'There is nothing to sort.' : () => setSort(n => n + 1),
    compare: comparing(),
    filter: () => prompt.open(filter),
    back: () => (filter === '' ? navigation.back() : setFilter('')),
  });

  return (
    <Frame crumbs={['runs']} prompt={prompt.line}>
      {({ columns, height }) => {
        if (actions.question !== undefined) return actions.question({ columns, height });
        const place = rows.length === 0 ? '0' : `${cursor.index + 1} of ${rows.length}`;
        const head: LineLike = leftRight(
          [
            bold('Runs'),
            dim(`  ${place}${filter === '' ? '' : ` with “${filter}”, ${names.length} in all`}`),
            broken.length > 0 && span('warn', `  ! ${broken.length} cannot be read${pointed === undefined ? ' (G)' : ''}`),
            marked.length > 0 && span('accent', `  ${marked.length} marked`),
          ],
          dim(all.length > 1 ? sorting : ''),
          columns,
        );
        const table = runTable(shown, moment, columns - 2 - marks.columns, { named: true, paid });
        // The row has no room for a long reason.
        const reason = pointed === undefined ? [] : wrap(`! ${pointed.why}`, columns).slice(0, Math.max(1, Math.floor(height / 4)));
        const body: readonly LineLike[] =
          runs === undefined
            ? [waitLine('Reading the runs', openedAt, now, 'under a second')]
            : names.length === 0
              ? [
                  'No run yet.',
                  ...wrap('A run is one piece of work: what was asked for, on which machine, with its log and its results.', columns).map(
                    dim,
                  ),
                  '',
                  ...wrap('b starts one. With Enter on every screen it takes about a minute and costs nothing.', columns),
                ]
              : [
                  [{ text: ' '.repeat(2 + marks.columns) }, ...table.head],
                  ...listOf(rows.length, cursor.index, height - 3 - reason.length, n => {
                    const state = shown[n];
                    const row =
                      state === undefined
                        ? unreadableRow(broken[n - shown.length] as UnreadableRun, columns - 2 - marks.columns)
                        : table.row(state);
                    return marks.boxed(row, rows[n] as string);
                  }),
                ];
        return <Lines columns={columns} lines={[head, '', ...body, ...reason.map(text => span('warn', text))]} />;
      }}
    </Frame>
  );
};
