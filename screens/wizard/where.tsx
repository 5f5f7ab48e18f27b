import { useEffect } from 'react';
import { rate } from '../../src/text/format.ts';
import { type Handler, useCommands } from '../app/commands.tsx';
import { useNow, useUi } from '../app/context.tsx';
import { bold, cells, dim, type LineLike } from '../app/text.ts';
import { useCursor } from '../app/use-cursor.ts';
import { useResource } from '../app/use-resource.ts';
import { Frame } from '../components/frame.tsx';
import { Lines } from '../components/lines.tsx';
import { listLines } from '../components/list.ts';
import { crumbOf, defaultHardware, kindOf } from './use-defaults.ts';
import { onwardWait, useOnward } from './use-onward.ts';
import { localLines, modalLines, modalWord, needsSettingUp, whyNot } from './where-lines.ts';

/** Second question: on which machine. Modal is asked in the background; nothing waits for its answer. */
export const Where = () => {
  const { services, navigation, draft, setDraft, modal } = useUi();
  const cursor = useCursor(['local', 'modal'], draft.target);
  const [prices] = useResource(() => services.plans.prices());
  const now = useNow(modal.askedAt !== undefined);
  const { cores, cpu, memoryGiB } = services.host.machine();
  const { status, askedAt, ask } = modal;
  useEffect(ask, [ask]);
  const { checking, toDataset } = useOnward();

  const choose = () => setDraft({ target: cursor.id === 'modal' ? 'modal' : 'local' });
  /** Coming back, one stands where one left. */
  const setUp = () => {
    choose();
    navigation.push({ screen: 'sign-in' });
  };

  const toHardware = () => {
    choose();
    navigation.push({ screen: 'hardware' });
  };
  const next = (): Handler => {
    // What runs here costs nothing: the price list is there for whoever asks.
    if (cursor.id !== 'modal')
      return () => {
        choose();
        toDataset(false);
      };
    if (needsSettingUp(status)) return { label: 'set up', run: setUp };
    return whyNot(status) ?? toHardware;
  };

  useCommands('where', {
    ...cursor.commands,
    next: next(),
    prices: cursor.id === 'modal' ? (whyNot(status) ?? toHardware) : toHardware,
    'set-up-modal': setUp,
    'ask-modal': ask,
  });

  const table = prices.state === 'ready' ? prices.value : undefined;
  const price = table && defaultHardware(table.rows, kindOf(draft));
  const about = (columns: number): readonly LineLike[] => {
    if (cursor.id === 'local') return localLines(columns);
    return modalLines(status, askedAt, table, price, now, columns);
  };

  return (
    <Frame crumbs={[crumbOf(draft), 'where']}>
      {({ columns }) => {
        const widths = [{ width: 12 }, { width: columns - 26 }, { width: 8, align: 'right' as const }];
        return (
          <Lines
            columns={columns}
            lines={[
              bold('Where shall it run?'),
              '',
              ...listLines(
                [
                  cells(['This machine', dim(`${cores} cores · ${cpu} · ${Math.round(memoryGiB)} GiB`), '$0'], widths),
                  cells(['Modal', modalWord(status), price === undefined ? dim('–') : rate(price.dollarsPerHour)], widths),
                ],
                cursor.index,
                4,
              ),
              '',
              ...about(columns),
              ...(checking ? [onwardWait] : []),
            ]}
          />
        );
      }}
    </Frame>
  );
};
