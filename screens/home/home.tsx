import { useEffect, useState } from 'react';
import { type Handler, useCommands } from '../app/commands.tsx';
import { useMoment, useNow, useUi } from '../app/context.tsx';
import { useCursor } from '../app/use-cursor.ts';
import { Frame, useBody } from '../components/frame.tsx';
import { Lines } from '../components/lines.tsx';
import { orphansRate } from '../modal/orphan-rows.ts';
import { accountOf } from '../modal/use-modal.ts';
import { useOrphanCommands } from '../modal/use-orphan-commands.tsx';
import { isLive, overallCost } from '../run/run-facts.ts';
import { allStarts, startCommands } from '../workloads/registry.ts';
import { homeItems, homeLines } from './home-lines.ts';

/** Milliseconds between two looks at what lives at Modal on its own. */
const askAgain = 60_000;
const orphanHint = 'x stops it, a follows it from here too.';

const firstStart = `start:${allStarts[0]?.command}`;

/** Running, recent, start. Enter on nothing but this leads to a result. */
export const Home = () => {
  const { services, runs, unreadable, navigation, beginDraft, modal, orphans, size, now: clock } = useUi();
  const [openedAt] = useState(clock);
  const live = (runs ?? []).filter(isLive);
  const alone = orphans.all ?? [];
  const now = useNow(runs === undefined || live.length > 0 || alone.length > 0);
  const moment = useMoment(now);
  const body = useBody();
  const items = homeItems(runs, alone, body.height, unreadable);
  // Whoever comes back here sees what is there now; while something is, it is looked at again.
  const { ask } = orphans;
  const watching = alone.length > 0;
  const answered = orphans.all !== undefined;
  useEffect(() => {
    if (answered) ask(askAgain / 2);
    if (!watching) return undefined;
    const timer = setInterval(ask, askAgain);
    return () => clearInterval(timer);
  }, [ask, answered, watching]);
  const cursor = useCursor(
    items.map(({ id }) => id),
    live[0] === undefined ? firstStart : `run:${live[0].run}`,
  );
  const item = items[cursor.index];
  const orphan = useOrphanCommands(item?.kind === 'orphan' ? item.orphan : undefined, now);
  const go = {
    ...startCommands({ navigation, beginDraft }),
    runs: () => navigation.push({ screen: 'runs' }),
    'set-up-modal': () => navigation.push({ screen: 'sign-in' }),
    secrets: () => navigation.push({ screen: 'secrets' }),
    doctor: () => navigation.push({ screen: 'doctor' }),
    costs: () => navigation.push({ screen: 'costs' }),
  };

  const opening = (): Handler => {
    if (item === undefined) return 'Nothing is selected.';
    if (item.kind === 'orphan') return orphanHint;
    if (item.kind === 'start') return go[item.start as keyof typeof go];
    const { run, outcome } = item.state;
    const screen = isLive(item.state) || outcome !== 'done' ? 'monitor' : 'result';
    return () => navigation.push({ screen, run });
  };

  useCommands('home', {
    ...cursor.commands,
    ...go,
    'stop-orphan': orphan.stop,
    adopt: orphan.adopt,
    open: opening(),
  });

  const { cores } = services.host.machine();
  return (
    <Frame
      crumbs={[]}
      cost={overallCost(runs ?? [], moment, `this machine, ${cores} cores`, {
        account: accountOf(modal),
        columns: size.columns,
        others: orphansRate(alone, now, size.columns),
      })}
    >
      {({ columns, height }) =>
        orphan.question?.({ columns, height }) ?? (
          <Lines
            columns={columns}
            lines={homeLines({
              items,
              cursor: cursor.index,
              unreadable,
              loadingSince: runs === undefined ? openedAt : undefined,
              now,
              moment,
              columns,
              height,
              version: services.version,
            })}
          />
        )
      }
    </Frame>
  );
};
