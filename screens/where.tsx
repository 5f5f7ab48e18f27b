import { useEffect, useRef, useState } from 'react';
import { toFailure } from '../src/errors.ts';
import { rate } from '../src/money/format.ts';
import type { Failure } from '../src/runs/journal-entry.ts';
import { useCommandCenter, useCommands } from './commands.tsx';
import { failureLines } from './components/failure.ts';
import { Frame } from './components/frame.tsx';
import { Lines } from './components/lines.tsx';
import { listLines } from './components/list.ts';
import { useNow, useUi } from './context.tsx';
import { addProgress, type Step, stepLines } from './setup.tsx';
import { bold, cells, dim, type LineLike } from './text.ts';
import { useCursor } from './use-cursor.ts';
import { useResource } from './use-resource.ts';
import { localLines, modalLines, modalWord, whyNot } from './where-lines.ts';

type Install =
  | { readonly state: 'idle' }
  | { readonly state: 'working'; readonly steps: readonly Step[] }
  | { readonly state: 'failed'; readonly failure: Failure };

/** Second question: on which machine. Modal is asked in the background; nothing waits for its answer. */
export const Where = () => {
  const { services, navigation, draft, setDraft, modal, now: clock } = useUi();
  const { setNote } = useCommandCenter();
  const cursor = useCursor(['local', 'modal'], draft.target);
  const [prices] = useResource(() => services.prices());
  const [install, setInstall] = useState<Install>({ state: 'idle' });
  const controller = useRef<AbortController>(undefined);
  const now = useNow(modal.askedAt !== undefined || install.state === 'working');
  const { cores, cpu, memoryGiB } = services.machine();
  const { status, askedAt, ask } = modal;
  useEffect(ask, [ask]);
  // Leaving the screen ends an installation; the next one begins anew.
  useEffect(() => () => controller.current?.abort(), []);

  const startInstall = () => {
    if (install.state === 'working') return setNote('It is under way.');
    if (status === undefined) return setNote('Modal has not answered yet.');
    if (status.state !== 'client') return setNote("Modal's client is installed already.");
    const abort = new AbortController();
    controller.current = abort;
    setInstall({ state: 'working', steps: [] });
    cursor.select('modal');
    services
      .installModalClient(
        progress =>
          setInstall(old => ({ state: 'working', steps: addProgress(old.state === 'working' ? old.steps : [], progress, clock()) })),
        abort.signal,
      )
      .then(
        () => {
          if (abort.signal.aborted) return;
          setInstall({ state: 'idle' });
          ask();
        },
        error => !abort.signal.aborted && setInstall({ state: 'failed', failure: toFailure(error) }),
      );
  };

  const next = () => {
    const obstacle = cursor.id === 'modal' ? whyNot(status) : undefined;
    if (obstacle !== undefined || cursor.id === undefined)
      return setNote(install.state === 'working' ? 'It is being installed.' : (obstacle ?? ''));
    setDraft({ target: cursor.id === 'modal' ? 'modal' : 'local' });
    navigation.push({ screen: 'hardware' });
  };

  useCommands('where', {
    ...cursor.commands,
    next,
    'install-client': startInstall,
    'set-up-modal': () => navigation.push({ screen: 'sign-in' }),
    'ask-modal': ask,
  });

  const table = prices.state === 'ready' ? prices.value : undefined;
  const price = table?.rows.find(({ id }) => id === 'cpu-32') ?? table?.rows[0];
  const about = (columns: number): readonly LineLike[] => {
    if (cursor.id === 'local') return localLines(columns);
    if (install.state === 'working')
      return [...stepLines(install.steps, now, false, columns), '', dim("Modal's own client, into a place of its own; esc stops it.")];
    if (install.state === 'failed') return failureLines(install.failure, 'i tries again', columns);
    return modalLines(status, askedAt, table, now, columns);
  };

  return (
    <Frame crumbs={['benchmark', 'where']}>
      {({ columns }) => {
        const widths = [{ width: 14 }, { width: columns - 28 }, { width: 8, align: 'right' as const }];
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
            ]}
          />
        );
      }}
    </Frame>
  );
};
