import { useMemo, useState } from 'react';
import { baselines, compareRuns } from '../../../src/workloads/bench/compare/compare.ts';
import { rank } from '../../../src/workloads/bench/compare/competition.ts';
import { diagnose } from '../../../src/workloads/bench/compare/diagnosis.ts';
import { benchRuns } from '../../../src/workloads/bench/run.ts';
import { useCommandCenter, useCommands } from '../../app/commands.tsx';
import { useNow, useUi } from '../../app/context.tsx';
import type { LineLike } from '../../app/text.ts';
import { useKept } from '../../app/use-kept.ts';
import { Frame, useBody } from '../../components/frame.tsx';
import { Lines } from '../../components/lines.tsx';
import { waitLine } from '../../components/wait.ts';
import { isLive } from '../../run/run-facts.ts';
import { type CompareView, compareLines, noteLines, rankLines } from './compare-lines.ts';

/** Runs against each other, or the implementations of one: at equal recall, with what differs and what to make of it. */
export const Compare = ({ runs: names }: { readonly runs: readonly string[] }) => {
  const { navigation, runs: known, now: clock } = useUi();
  const { setNote } = useCommandCenter();
  const body = useBody();
  const [openedAt] = useState(clock);
  const [view, setView] = useKept<CompareView>('view', 'table');
  const [place, setPlace] = useKept('place', 0);
  const [top, setTop] = useKept('top', 0);
  const [baseline, setBaseline] = useKept<string | undefined>('baseline', undefined);
  const states = useMemo(() => names.flatMap(name => benchRuns(known ?? []).find(({ run }) => run === name) ?? []), [names, known]);
  const now = useNow(known === undefined || states.some(isLive));
  const { comparison, findings, rankings } = useMemo(() => {
    const made = compareRuns(states, baseline === undefined ? {} : { baseline });
    return { comparison: made, findings: diagnose(made), rankings: rank(made.readings.map(({ series }) => series)) };
  }, [states, baseline]);

  const { columns, height } = body;
  const text: readonly LineLike[] | undefined =
    view === 'notes' ? noteLines(comparison, findings, columns) : view === 'rank' ? rankLines(rankings, columns) : undefined;
  const lastTop = Math.max(0, (text?.length ?? 0) - height);
  const lastPlace = Math.max(0, comparison.pairs.length - 1);
  const at = Math.min(place, lastPlace);
  /** Through the pairs, or through the lines of a long text. */
  const move = (by: number) => () => {
    if (text === undefined) setPlace(Math.max(0, Math.min(at + by, lastPlace)));
    else setTop(Math.max(0, Math.min(Math.min(top, lastTop) + by, lastTop)));
  };
  const show = (wanted: CompareView) => () => {
    setView(old => (old === wanted ? 'table' : wanted));
    setTop(0);
  };
  const choices = baselines(comparison);
  const pair = comparison.pairs[at];

  useCommands('compare', {
    up: move(-1),
    down: move(1),
    'page-up': move(-height),
    'page-down': move(height),
    top: move(Number.NEGATIVE_INFINITY),
    bottom: move(Number.POSITIVE_INFINITY),
    'compare-plot': show('plot'),
    'compare-notes': show('notes'),
    'compare-rank': show('rank'),
    'compare-baseline':
      choices.length < 2
        ? 'There is nothing else to compare with.'
        : () => {
            const next = choices[(choices.indexOf(baseline ?? '') + 1) % choices.length];
            setBaseline(next);
            setPlace(0);
            if (next !== undefined) setNote(`Compared with ${next}.`, 'done');
          },
    'compare-open': pair === undefined ? 'There is no run to open.' : () => navigation.push({ screen: 'result', run: pair.other.run }),
  });

  return (
    <Frame crumbs={['runs', 'compare']}>
      {({ columns: width, height: rows }) => {
        if (known === undefined) return <Lines columns={width} lines={[waitLine('Reading the runs', openedAt, now, 'under a second')]} />;
        const shown = Math.min(top, lastTop);
        const lines =
          text === undefined
            ? compareLines(comparison, findings, at, view === 'plot' ? 'plot' : 'table', now, width, rows)
            : text.slice(shown, shown + rows);
        return <Lines columns={width} lines={lines} />;
      }}
    </Frame>
  );
};
