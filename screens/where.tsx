import { useCommandCenter, useCommands } from './commands.tsx';
import { Frame } from './components/frame.tsx';
import { Lines } from './components/lines.tsx';
import { listLines } from './components/list.ts';
import { useUi } from './context.tsx';
import { bold, cells, dim, wrap } from './text.ts';
import { useCursor } from './use-cursor.ts';

const notYet = 'Modal is not part of this version yet: nothing was contacted or billed.';

/** Second question: on which machine. */
export const Where = () => {
  const { services, navigation } = useUi();
  const { setNote } = useCommandCenter();
  const cursor = useCursor(['local', 'modal']);
  const { cores, cpu, memoryGiB } = services.machine();

  useCommands('where', {
    ...cursor.commands,
    next: () => (cursor.id === 'local' ? navigation.push({ screen: 'hardware' }) : setNote(notYet)),
  });

  return (
    <Frame crumbs={['benchmark', 'where']}>
      {({ columns }) => {
        const widths = [{ width: 14 }, { width: columns - 28 }, { width: 8, align: 'right' as const }];
        const about =
          cursor.id === 'local'
            ? 'Runs here, with no account and no network. Other programs share the cores: close what is heavy for steady figures.'
            : 'A 32-core machine by the second, on your own Modal account. This version cannot start one yet; its prices are shown on the next screen, for comparison.';
        return (
          <Lines
            columns={columns}
            lines={[
              bold('Where shall it run?'),
              '',
              ...listLines(
                [
                  cells(['This machine', dim(`${cores} cores · ${cpu} · ${Math.round(memoryGiB)} GiB`), '$0'], widths),
                  cells([dim('Modal'), dim('not available in this version'), dim('–')], widths),
                ],
                cursor.index,
                4,
              ),
              '',
              ...wrap(about, columns).map(dim),
            ]}
          />
        );
      }}
    </Frame>
  );
};
