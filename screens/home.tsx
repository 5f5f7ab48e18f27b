import { useState } from 'react';
import { useCommandCenter, useCommands } from './commands.tsx';
import { Frame } from './components/frame.tsx';
import { Lines } from './components/lines.tsx';
import { useNow, useUi } from './context.tsx';
import { homeItems, homeLines } from './home-lines.ts';
import { isLive, overallCost } from './run-facts.ts';
import { useCursor } from './use-cursor.ts';
import { accountOf } from './use-modal.ts';

/** Running, recent, start. Enter on nothing but this leads to a result. */
export const Home = () => {
  const { services, runs, navigation, modal, size, now: clock } = useUi();
  const { setNote } = useCommandCenter();
  const [openedAt] = useState(clock);
  const live = (runs ?? []).filter(isLive);
  const now = useNow(runs === undefined || live.length > 0);
  const items = homeItems(runs);
  const cursor = useCursor(
    items.map(({ id }) => id),
    live[0] === undefined ? 'start:benchmark' : `run:${live[0].run}`,
  );
  const go = {
    benchmark: () => navigation.push({ screen: 'what' }),
    own: () => navigation.push({ screen: 'own' }),
    runs: () => navigation.push({ screen: 'runs' }),
    doctor: () => navigation.push({ screen: 'doctor' }),
  };

  useCommands('home', {
    ...cursor.commands,
    ...go,
    open: () => {
      const item = items[cursor.index];
      if (item === undefined) setNote('Nothing is selected.');
      else if (item.kind === 'start') go[item.start]();
      else navigation.push({ screen: isLive(item.state) || item.state.outcome !== 'done' ? 'monitor' : 'result', run: item.state.run });
    },
  });

  const { cores } = services.machine();
  return (
    <Frame
      crumbs={[]}
      cost={overallCost(runs ?? [], now, `this machine, ${cores} cores`, { account: accountOf(modal), columns: size.columns })}
    >
      {({ columns, height }) => (
        <Lines
          columns={columns}
          lines={homeLines({
            items,
            cursor: cursor.index,
            loadingSince: runs === undefined ? openedAt : undefined,
            now,
            columns,
            height,
            version: services.version,
          })}
        />
      )}
    </Frame>
  );
};
