import { useState } from 'react';
import { useCommandCenter, useCommands } from '../app/commands.tsx';
import type { CommandId } from '../app/keymap.ts';
import type { Body } from './frame.tsx';
import { helpLines, searchCommands } from './help.ts';
import { Lines } from './lines.tsx';

export type HelpOverlayProps = Body & {
  readonly onClose: () => void;
  readonly onRun: (id: CommandId) => void;
};

/** Every command that works here, searchable by typing, and runnable. */
export const HelpOverlay = ({ columns, height, onClose, onRun }: HelpOverlayProps) => {
  const { available } = useCommandCenter();
  const [search, setSearch] = useState('');
  const [cursor, setCursor] = useState(0);
  const found = searchCommands(
    available(true).filter(({ entry }) => entry.id !== 'more'),
    search,
  );
  const index = Math.min(cursor, found.length - 1);
  const look = (text: string) => {
    setSearch(text);
    setCursor(0);
  };
  useCommands(
    'help',
    {
      'help-run': () => {
        const chosen = found[index];
        onClose();
        if (chosen !== undefined) onRun(chosen.entry.id as CommandId);
      },
      'help-close': onClose,
      'help-down': () => setCursor(Math.min(index + 1, found.length - 1)),
      'help-up': () => setCursor(Math.max(index - 1, 0)),
      'help-erase': () => look(search.slice(0, -1)),
    },
    { onText: text => look(search + text.replace(/\s+/g, ' ')) },
  );
  return <Lines lines={helpLines(found, index, search, height)} columns={columns} />;
};
