import { useEffect, useState } from 'react';
import { workspaceSpending } from '../../src/accounts/workspace-spending.ts';
import { monthOf } from '../../src/metering/history.ts';
import { billedMonths, ledgerOf, monthBounds } from '../../src/metering/ledger.ts';
import { useCommands } from '../app/commands.tsx';
import { useMoment, useNow, useUi } from '../app/context.tsx';
import { bold, dim, type LineLike, wrap } from '../app/text.ts';
import { useCursor } from '../app/use-cursor.ts';
import { useKept } from '../app/use-kept.ts';
import { Frame } from '../components/frame.tsx';
import { Lines } from '../components/lines.tsx';
import { listLines } from '../components/list.ts';
import { waitLine } from '../components/wait.ts';
import { type CostWay, costTable, costWays, monthLines } from './cost-lines.ts';
import { isLive, isPaid } from './run-facts.ts';

const titles: Readonly<Record<CostWay, string>> = { day: 'by day', run: 'by run', app: 'by app', hardware: 'by hardware' };

/** What runs on Modal have cost, by our own meter. */
export const Costs = () => {
  const { runs, modal, now: clock } = useUi();
  const [openedAt] = useState(clock);
  const [way, setWay] = useKept<CostWay>('way', 'day');
  const now = useNow((runs ?? []).some(state => isLive(state) && isPaid(state)) || runs === undefined);
  const moment = useMoment(now);
  const everything = ledgerOf(runs ?? [], moment);
  // The month under way is always there to be looked at; undefined is all time.
  const current = monthOf(now);
  const months = [current, ...billedMonths(everything.spans).filter(month => month !== current), undefined];
  const [chosen, setChosen] = useKept('month', 0);
  const month = months[chosen % months.length];
  const ledger = month === undefined ? everything : ledgerOf(runs ?? [], moment, monthBounds(month));
  const { status, ask } = modal;
  const unasked = status === undefined && everything.rows.length > 0;
  useEffect(() => {
    if (unasked) ask();
  }, [unasked, ask]);
  const environments = status?.state === 'ready' ? status.environments : undefined;
  const rows = costTable(way, ledger, month, now, 60).rows.length;
  const cursor = useCursor(Array.from({ length: rows }, (_, index) => String(index)));

  useCommands('costs', {
    ...cursor.commands,
    'costs-by': () => setWay(costWays[(costWays.indexOf(way) + 1) % costWays.length] ?? 'day'),
    'costs-month': () => setChosen(old => (old + 1) % months.length),
  });

  return (
    <Frame crumbs={['costs']}>
      {({ columns, height }) => {
        const head: LineLike = [bold('Costs'), `  ${titles[way]}`, dim(`  ${month ?? 'all months'}, UTC, dollars before credits`)];
        if (runs === undefined)
          return <Lines columns={columns} lines={[head, '', waitLine('Reading the runs', openedAt, now, 'under a second')]} />;
        const { head: heading, rows: body } = costTable(way, ledger, month, now, columns - 2);
        const workspace = environments === undefined ? undefined : workspaceSpending(environments);
        const below = monthLines(ledger, month ?? current, now, columns, workspace);
        const nothing = wrap(
          `Nothing was billed ${month === undefined ? 'yet' : `in ${month}`}. Runs on this machine cost nothing; those on Modal stand here, with what a result of them cost.`,
          columns,
        );
        const reconcile = wrap('It is our own meter, from Modal’s own times. Against the bill: ann-tui cost --reconcile', columns);
        const table: readonly LineLike[] =
          body.length === 0
            ? nothing
            : [[{ text: '  ' }, ...heading], ...listLines(body, cursor.index, height - below.length - reconcile.length - 4)];
        return <Lines columns={columns} lines={[head, '', ...table, '', ...below, ...reconcile.map(dim)]} />;
      }}
    </Frame>
  );
};
