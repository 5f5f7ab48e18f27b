import { useState } from 'react';
import { useCommandCenter, useCommands } from '../app/commands.tsx';
import { useNow, useUi } from '../app/context.tsx';
import { bold, dim, type LineLike } from '../app/text.ts';
import { useCursor } from '../app/use-cursor.ts';
import { useResource } from '../app/use-resource.ts';
import { failureLines } from '../components/failure.ts';
import { Frame } from '../components/frame.tsx';
import { Lines } from '../components/lines.tsx';
import { listLines } from '../components/list.ts';
import { waitLine } from '../components/wait.ts';
import { inventoryPage, warningRows } from './inventory-lines.ts';
import { crumbOf } from './use-defaults.ts';
import { onwardWait, useOnward } from './use-onward.ts';

/** What is in a dataset, before any work: of recordings told from headers and annotations. */
export const Inventory = ({ dataset }: { readonly dataset: string }) => {
  const { services, draft, setDraft, navigation } = useUi();
  const { setNote } = useCommandCenter();
  const [resource, reload] = useResource(() => services.datasets.look(dataset), dataset);
  const [warnings, setWarnings] = useState(false);
  const { checking, toReview } = useOnward();
  const now = useNow(resource.state === 'loading');
  const look = resource.state === 'ready' ? resource.value : undefined;
  const notices = look?.notices ?? [];
  // A row each, and one of each kind.
  const rows = warningRows(notices, Number.POSITIVE_INFINITY);
  const cursor = useCursor(rows.map((_, n) => String(n)));

  const take = () => {
    if (resource.state === 'failed') reload();
    else if (look === undefined || checking) setNote('Its inventory is still being read.');
    else if (look.info.state !== 'verified' && !look.info.made) setNote(`${dataset} is not here yet: esc, then y brings it.`);
    else {
      setDraft({ datasets: [dataset] });
      toReview(draft.target === 'modal');
    }
  };

  useCommands('inventory', {
    ...cursor.commands,
    'inventory-take': take,
    'inventory-warnings': notices.length === 0 ? 'It has no warnings.' : () => setWarnings(shown => !shown),
    back: () => (warnings ? setWarnings(false) : navigation.back()),
  });

  return (
    <Frame crumbs={[crumbOf(draft), 'inventory']}>
      {({ columns, height }) => {
        const body: readonly LineLike[] =
          resource.state === 'loading'
            ? [waitLine('Reading its inventory', resource.since, now, 'under a second')]
            : resource.state === 'failed'
              ? failureLines(resource.failure, 'enter tries again', columns)
              : warnings
                ? [
                    [bold(`Warnings of ${dataset}`), dim(`  ${notices.length}`)],
                    '',
                    ...listLines(warningRows(notices, columns - 2), cursor.index, Math.max(3, height - 2)),
                  ]
                : inventoryPage(resource.value, columns);
        return <Lines columns={columns} lines={[...body, ...(checking ? ['', onwardWait] : [])]} />;
      }}
    </Frame>
  );
};
